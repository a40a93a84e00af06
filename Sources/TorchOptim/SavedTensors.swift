import Torch

/// Copies saved tensors over live ones, all or none.
func restoreTensors(_ saved: [String: Tensor], into live: [(name: String, tensor: Tensor)]) throws {
    for (name, tensor) in live {
        guard let given = saved[name] else { throw OptimizerError.missing(name) }
        guard given.shape == tensor.shape else {
            throw OptimizerError.shape(name, found: given.shape, expected: tensor.shape)
        }
    }
    if saved.count > live.count {
        throw OptimizerError.unused(Set(saved.keys).subtracting(live.map(\.name)).sorted())
    }
    try withoutGradient {
        for (name, tensor) in live { if let given = saved[name] { try tensor.copy(from: given) } }
    }
}

/// Independent copies by name.
func copies(of tensors: [(name: String, tensor: Tensor)]) throws -> [String: Tensor] {
    try withoutGradient {
        var result: [String: Tensor] = [:]
        for (name, tensor) in tensors { result[name] = try tensor.detached().cloned() }
        return result
    }
}
