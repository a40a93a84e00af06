import Torch
import TorchNN

/// One parameter, and what is remembered of it.
struct ParameterSlot {
    let name: String
    let parameter: Tensor
    /// In the order of the rule, under the names of a snapshot.
    let moments: [(name: String, tensor: Tensor)]
    /// What rounding draws from.
    let key: UInt64

    init(_ entry: ParameterStore.Entry, moments names: [String], storage: OptimizerStorage) throws {
        name = entry.name
        parameter = entry.tensor
        key = storage.key(of: entry.name)
        moments = try names.map { moment in
            let zeros = try Tensor.zeros(
                entry.tensor.shape,
                dtype: storage.type(for: entry.tensor),
                on: entry.tensor.device
            )
            return ("\(moment).\(entry.name)", zeros)
        }
    }
}
