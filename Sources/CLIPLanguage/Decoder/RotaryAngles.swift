import Foundation
import Torch

/// Cosines and sines of the angles at each position, `[P, D / 2]` float32.
struct RotaryAngles {
    private let cosine, sine: Tensor
    let count: Int

    /// As transformers does, frequencies and their products with positions are float32.
    init(_ inverseFrequencies: [Double], count: Int, on device: Device) throws {
        let frequencies = inverseFrequencies.map { Float($0) }
        let angles = (0..<count).flatMap { position in frequencies.map { Double(Float(position) * $0) } }
        let shape = [count, frequencies.count]
        cosine = try Tensor(angles.map { Float(cos($0)) }, shape: shape, on: device)
        sine = try Tensor(angles.map { Float(sin($0)) }, shape: shape, on: device)
        self.count = count
    }

    /// The rows of the given positions.
    func rows(at positions: [Int64]) throws -> (cosine: Tensor, sine: Tensor) {
        let places = try Tensor(positions, on: cosine.device)
        return (try cosine.indexSelect(places), try sine.indexSelect(places))
    }
}
