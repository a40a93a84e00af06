extension CaptionFeatureHeader.Model {
    /// What tells another model from this one, wherever it lies.
    func differences(from other: Self) -> [String] {
        var found: [String] = []
        switch (fingerprint, other.fingerprint) {
        case (let one?, let two?):
            if one != two {
                found.append(
                    "the model \(name) (\(one.prefix(12))…) and not \(other.name) (\(two.prefix(12))…)"
                )
            }
        default:
            if name != other.name || fingerprint != other.fingerprint {
                found.append("the model \(name) and not \(other.name)")
            }
        }
        guard found.isEmpty else { return found }
        if encoding != other.encoding {
            found.append("the encoding \(encoding ?? "unknown") and not \(other.encoding ?? "unknown")")
        }
        if precision != other.precision {
            found.append("precision \(precision ?? "unknown") and not \(other.precision ?? "unknown")")
        }
        return found
    }

    /// Its name, with the beginning of the fingerprint.
    public var text: String { name + (fingerprint.map { " (\($0.prefix(12))…)" } ?? "") }
}
