import Torch

/// Weights by name on their way from a file to a model: the conveniences that open_clip's loader has, too.
struct StateDictionary {
    private(set) var tensors: [String: Tensor]
    private let path: String

    init(_ tensors: [String: Tensor], path: String) {
        self.tensors = tensors
        self.path = path
    }

    /// Strips what wraps every name: a training script's dictionary, data-parallel and compiled modules.
    mutating func unwrap() {
        let wrappers = ["state_dict.", "module.", "_orig_mod."]
        while let wrapper = wrappers.first(where: { prefix in
            !tensors.isEmpty && tensors.keys.allSatisfy { $0.hasPrefix(prefix) }
        }) {
            tensors = Dictionary(
                uniqueKeysWithValues: tensors.map { (String($0.key.dropFirst(wrapper.count)), $0.value) }
            )
        }
    }

    /// Drops what other programs save beside the weights: masks, position numbers, sizes.
    mutating func dropBuffers() {
        let buffers: Set<Substring> = [
            "attn_mask", "position_ids", "input_resolution", "context_length", "vocab_size",
        ]
        for name in tensors.keys where buffers.contains(name.split(separator: ".").last ?? "") {
            tensors[name] = nil
        }
    }

    /// Puts the text tower's names under `text.`, or takes them from there.
    mutating func matchTextPrefix(nested: Bool) throws {
        let prefix = "text."
        for (name, tensor) in tensors {
            let isNested = name.hasPrefix(prefix)
            let bare = isNested ? String(name.dropFirst(prefix.count)) : name
            guard isNested != nested, Self.isTextParameter(bare) else { continue }
            let other = isNested ? bare : prefix + bare
            guard tensors[other] == nil else { throw CheckpointError.ambiguous(path: path, tensor: other) }
            tensors[name] = nil
            tensors[other] = tensor
        }
    }

    /// Makes `logit_scale` and `logit_bias` of shape `[1]` rank 0, and starts a missing bias at 0.
    mutating func reconcileLogits(hasBias: Bool) throws {
        for name in ["logit_scale", "logit_bias"] {
            if let tensor = tensors[name], tensor.shape == [1] { tensors[name] = try tensor.reshaped([]) }
        }
        if hasBias, tensors["logit_bias"] == nil { tensors["logit_bias"] = try Tensor.zeros([]) }
    }

    /// Refuses weights that are no real numbers.
    func checkTypes() throws {
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) where !tensor.dtype.isFloatingPoint {
            throw CheckpointError.type(path: path, tensor: name, tensor.dtype)
        }
    }

    private static func isTextParameter(_ name: String) -> Bool {
        ["positional_embedding", "text_projection"].contains(name)
            || ["token_embedding.", "transformer.", "ln_final.", "text_projection."].contains {
                name.hasPrefix($0)
            }
    }
}
