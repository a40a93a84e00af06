internal import Foundation
internal import Torch

extension Tensor {
    /// `ln(ε + eˣ)`.
    func logAddExp(epsilon: Double) throws -> Tensor {
        guard epsilon > 0 else { return self }
        let floor = Foundation.log(epsilon)
        return try logAddExp(Tensor.full([1], floor, dtype: dtype, on: device))
    }
}
