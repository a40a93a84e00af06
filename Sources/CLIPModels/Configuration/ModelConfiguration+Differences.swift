import Torch

extension ModelConfiguration {
    /// What keeps weights of the other from fitting, as `vision_cfg.layers is 2 there and 1 in model.config`; empty
    /// where they fit.
    ///
    /// The first temperature, the parameters of the loss and the names of parameters do not matter.
    public func towerDifferences(from other: ModelConfiguration) -> [String] {
        ConfigurationDifferences.texts([("embed_dim", embeddingWidth, other.embeddingWidth)])
            + vision.differences(from: other.vision) + text.differences(from: other.text)
            + (activation == other.activation ? [] : ["quick_gelu differs"])
    }
}

/// Sentences about settings that differ.
enum ConfigurationDifferences {
    /// - Parameter values: A setting's name, its value here, and its value in a checkpoint.
    static func texts<Value: Equatable>(_ values: [(String, Value, Value)]) -> [String] {
        values.filter { $0.1 != $0.2 }.map { "\($0.0) is \($0.2) there and \($0.1) in model.config" }
    }
}
