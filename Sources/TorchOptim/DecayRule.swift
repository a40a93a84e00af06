/// Which parameters weight decay pulls towards zero.
public enum DecayRule: String, Sendable, Codable, CaseIterable {
    /// Matrices and larger, except position and class embeddings.
    case current
    /// Matrices and larger, position embeddings among them, unless the name speaks of a normalisation, a bias or
    /// the temperature. Published models of the first years were trained so.
    case legacy

    private static let embeddings: Set<String> = ["positional_embedding", "class_embedding", "cls_emb"]

    /// Whether a parameter decays.
    public func decays(name: String, rank: Int) -> Bool {
        guard rank >= 2 else { return false }
        switch self {
        case .current:
            let last = name.split(separator: ".").last.map(String.init) ?? name
            return !Self.embeddings.contains(last)
        case .legacy:
            return !["bn", "ln", "bias", "logit_scale"].contains { name.contains($0) }
        }
    }
}
