import CLIPData

/// Counts the tokens of training's texts.
struct MeanTokenCount {
    private var texts = 0
    private var tokens = 0

    mutating func add(_ text: BatchText) {
        guard case .tokens(let ids, let offsets) = text else { return }
        texts += offsets.count - 1
        tokens += ids.count
    }

    /// The mean since the last call.
    mutating func take() -> Double? {
        defer { self = MeanTokenCount() }
        return texts > 0 ? Double(tokens) / Double(texts) : nil
    }
}
