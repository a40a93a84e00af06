internal import Torch
internal import TorchDistributed

extension SampleStates {
    /// The records of some samples as a tensor `[b, width]` in the type and on the device of another.
    func records(at ordinals: [Int64]?, like other: Tensor) throws -> Tensor {
        guard let ordinals else { throw ObjectiveError.noOrdinals }
        return try Tensor(read(ordinals), shape: [ordinals.count, width]).to(other.dtype, on: other.device)
    }

    /// Replaces records by the columns given. Every rank writes what all ranks have, so that their copies stay equal.
    func store(_ columns: [Tensor], at ordinals: [Int64]?, _ collective: any Collective) throws {
        guard let ordinals else { throw ObjectiveError.noOrdinals }
        let rows = try collective.gather(Tensor.stack(columns, dim: 1))
        try write(rows.scalars(), at: collective.gather(ordinals))
    }
}
