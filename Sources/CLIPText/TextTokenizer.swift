public import Foundation

/// Text to the ids that a text tower reads.
///
/// A value may be used by any number of threads at once.
public protocol TextTokenizer: Sendable {
    /// Number of ids.
    var vocabularySize: Int { get }
    /// The ids that stand before and after those of a text.
    var frame: (start: [Int32], end: [Int32]) { get }

    /// The ids of a text, without ``frame``.
    func encode(_ text: String) -> [Int32]

    /// ``frame`` around the ids of a text, cut in front of the end to `contextLength` ids in all; not padded.
    ///
    /// - Parameter contextLength: The most tokens that the model takes, as `model.textKind.contextLength` says. Below 1 it
    ///   gives no ids.
    func tokens(_ text: String, contextLength: Int) -> [Int32]

    /// The words of a text whose ids are given, each as a range of places in `ids`.
    func words(in ids: [Int32]) -> [Range<Int>]

    /// What an id stands for, as text; empty for an id that stands for none.
    func text(of id: Int32) -> String

    /// How the vocabulary spells one id; nil for an id that it does not have.
    func piece(_ id: Int32) -> String?

    /// Files by name that a checkpoint carries, so that the tokenizer can be made from it again; empty where the library
    /// brings all that it takes.
    var files: [String: Data] { get }
}

extension TextTokenizer {
    /// The text that an id stands for; nil where there is none.
    public func piece(_ id: Int32) -> String? {
        let text = text(of: id)
        return text.isEmpty ? nil : text
    }

    /// None.
    public var files: [String: Data] { [:] }

    /// Puts ``frame`` around ids.
    public func framed(_ ids: some Sequence<Int32>) -> [Int32] { frame.start + ids + frame.end }

    /// How many ids ``frame`` has.
    var frameCount: Int { frame.start.count + frame.end.count }

    /// How many ids a text has, ``frame`` included.
    public func tokenCount(_ text: String) -> Int { encode(text).count + frameCount }
}
