import Foundation

/// The weights of an averaged perceptron as its authors write them.
struct TaggerFile: Decodable {
    /// The tags, as `NOUN|-` or `VERB|Fin`.
    var classes: [String]
    /// Words that always have one tag.
    var tagdict: [String: String]
    /// For each feature, what it adds to the score of some tags.
    var weights: [String: [String: Double]]

    init(contentsOf file: URL) throws(TaggerError) {
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw .unreadable(file: file, reason: (error as NSError).localizedDescription)
        }
        do {
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .malformed(file: file, reason: "it has no `\(key.stringValue)`")
        } catch {
            throw .malformed(file: file, reason: "it cannot be read as such")
        }
        guard !classes.isEmpty, classes.count < 256 else {
            throw .malformed(file: file, reason: "it has \(classes.count) tags")
        }
        if let (word, tag) = tagdict.first(where: { !classes.contains($0.value) }) {
            throw .malformed(file: file, reason: "the tag \(tag) of '\(word)' is not among its classes")
        }
    }
}
