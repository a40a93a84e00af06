public import Torch

/// A place in a ``ParameterStore``: the dotted prefix under which a layer keeps its parameters.
public struct ParameterPath {
    /// The store.
    public let store: ParameterStore
    /// The names of enclosing layers, joined by dots.
    public let prefix: String

    /// The path of a child layer.
    public static func / (path: ParameterPath, key: String) -> ParameterPath {
        ParameterPath(store: path.store, prefix: path.name(key))
    }

    /// The path of a numbered child layer.
    public static func / (path: ParameterPath, index: Int) -> ParameterPath { path / String(index) }

    /// Asks the store for a trained parameter.
    public func parameter(_ key: String, shape: [Int], _ initializer: Initializer) throws -> Tensor {
        try store.parameter(name(key), shape: shape, initializer, trainable: true)
    }

    /// Asks the store for values that are saved but not trained.
    public func buffer(_ key: String, shape: [Int], _ initializer: Initializer) throws -> Tensor {
        try store.parameter(name(key), shape: shape, initializer, trainable: false)
    }

    private func name(_ key: String) -> String { prefix.isEmpty ? key : "\(prefix).\(key)" }
}
