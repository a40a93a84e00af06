internal import Torch
internal import TorchDistributed

extension SampleStates {
    /// The records of some samples as a tensor `[b, width]` of another's type, where that lies.
    func records(at ordinals: Tensor?, like other: Tensor) throws -> Tensor {
        guard let ordinals else { throw ObjectiveError.noOrdinals }
        let rows: [Int64] = try ordinals.scalars()
        return try Tensor(read(rows), shape: [rows.count, width]).to(other.dtype, on: other.device)
    }

    /// Replaces records by the columns given. Every rank writes what all ranks have, so that their copies stay equal.
    func store(_ columns: [Tensor], at ordinals: Tensor?, _ collective: any Collective) throws {
        guard let ordinals else { throw ObjectiveError.noOrdinals }
        try write(
            collective.gather(Tensor.stack(columns, dim: 1)).scalars(),
            at: collective.gather(ordinals).scalars()
        )
    }
}
