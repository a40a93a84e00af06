public import CLIPLanguage
public import RemoteFiles
public import Torch

/// Texts as the vectors of a language model, for a model that takes those in place of token ids.
///
/// The language model is opened when it is first asked, and each different text is computed once as long as there is room for
/// what is known.
public final class LanguageTexts {
    /// What reads texts.
    public struct Reader {
        /// Width of the vectors.
        public var width: Int
        /// The most tokens of a text that are read.
        public var maximumTokens: Int
        /// Whether a text has more.
        public var isCut: (_ text: String) -> Bool
        /// Vectors float32 `[N, W]` of texts on the CPU.
        public var vectors: (_ texts: [String]) throws -> Tensor

        /// Describes a reader.
        public init(
            width: Int,
            maximumTokens: Int,
            isCut: @escaping (_ text: String) -> Bool,
            vectors: @escaping (_ texts: [String]) throws -> Tensor
        ) {
            self.width = width
            self.maximumTokens = maximumTokens
            self.isCut = isCut
            self.vectors = vectors
        }
    }

    /// So many bytes of texts go through the language model between two looks at the stop signal.
    private static let bytesAtATime = 1 << 14

    private let open: () throws -> Reader
    private let room: Int
    private var reader: Reader?
    /// By bytes: texts that differ in their normal form alone are equal strings, and have other tokens.
    private var places: [[UInt8]: Int] = [:]
    private var values: [Float] = []
    private var cut: Set<[UInt8]> = []

    /// - Parameters:
    ///   - room: The most numbers that are kept; texts are computed again once there would be more.
    ///   - open: Opens the language model.
    public init(room: Int = 1 << 26, open: @escaping () throws -> Reader) {
        self.room = room
        self.open = open
    }

    /// Width of the vectors.
    ///
    /// - Throws: Errors of the language model.
    public var width: Int { get throws { try opened().width } }

    /// What to say of texts that were read up to the most tokens only; nil where there was none.
    public var notice: String? {
        guard let reader, !cut.isEmpty else { return nil }
        return
            "\(cut.count) text\(cut.count == 1 ? " was" : "s were") cut at the \(reader.maximumTokens) tokens that the "
            + "language model reads"
    }

    /// Vectors `[N, W]`, float32 on the CPU, in the order of the texts.
    ///
    /// - Throws: `RemoteError.stopped`, and errors of the language model.
    public func vectors(of texts: [String], stop: StopSignal? = nil) throws -> Tensor {
        let reader = try opened()
        try learn(texts, reader, stop)
        var rows: [Float] = []
        rows.reserveCapacity(texts.count * reader.width)
        for text in texts {
            let start = (places[Array(text.utf8)] ?? 0) * reader.width
            rows += values[start..<(start + reader.width)]
        }
        return try Tensor(rows, shape: [texts.count, reader.width])
    }

    private func opened() throws -> Reader {
        if let reader { return reader }
        let opened = try open()
        reader = opened
        return opened
    }

    /// Computes the texts that are not known, each once.
    private func learn(_ texts: [String], _ reader: Reader, _ stop: StopSignal?) throws {
        var new = unknown(texts)
        if (places.count + new.count) * reader.width > room {
            (places, values) = ([:], [])
            new = unknown(texts)
        }
        for part in Self.parts(of: new) {
            try stop?.check()
            let found = try reader.vectors(Array(new[part]))
            precondition(found.shape == [part.count, reader.width], "a reader gives a row for each text")
            values += try found.scalars(as: Float.self)
            for text in new[part] {
                let bytes = Array(text.utf8)
                places[bytes] = places.count
                if reader.isCut(text) { cut.insert(bytes) }
            }
        }
    }

    private func unknown(_ texts: [String]) -> [String] {
        var seen: Set<[UInt8]> = []
        return texts.filter { text in
            let bytes = Array(text.utf8)
            return places[bytes] == nil && seen.insert(bytes).inserted
        }
    }

    /// Texts of not too many bytes together, one at least.
    private static func parts(of texts: [String]) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var (start, bytes) = (0, 0)
        for (number, text) in texts.enumerated() {
            let size = text.utf8.count
            if number > start, bytes + size > bytesAtATime {
                parts.append(start..<number)
                (start, bytes) = (number, 0)
            }
            bytes += size
        }
        if start < texts.count { parts.append(start..<texts.count) }
        return parts
    }
}

extension LanguageTexts.Reader {
    /// Reads with a language model.
    public init(_ encoder: SentenceEncoder) {
        let limit = encoder.tokenLimit
        self.init(
            width: encoder.width,
            maximumTokens: limit,
            isCut: { encoder.uncutTokenCount(of: $0) > limit },
            vectors: { try encoder.vectors(of: $0) }
        )
    }
}
