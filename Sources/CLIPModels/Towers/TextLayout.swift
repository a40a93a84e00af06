/// Which rows a text tower computes for some texts, and which of them it reads.
struct TextLayout {
    /// Token id and position of each row.
    private(set) var ids: [Int64] = []
    private(set) var positions: [Int64] = []
    /// Rows of each text.
    private(set) var lengths: [Int] = []
    /// The row that becomes each text's feature.
    private(set) var readout: [Int64] = []

    /// What fills up a short text where a tower needs padding; CLIP's tokenizer pads so.
    private static let padding: Int64 = 0

    init(_ texts: TokenSequences, _ configuration: TextTransformerConfiguration) throws {
        guard texts.isConsistent else { throw TextInputError.offsets(ids: texts.ids.count) }
        ids.reserveCapacity(texts.ids.count)
        for index in 0..<texts.count {
            let text = texts[index]
            guard !text.isEmpty else { throw TextInputError.empty(index: index) }
            guard text.count <= configuration.contextLength else {
                throw TextInputError.tooLong(
                    index: index,
                    count: text.count,
                    limit: configuration.contextLength
                )
            }
            if let id = text.first(where: { $0 < 0 || $0 >= configuration.vocabularySize }) {
                throw TextInputError.unknownToken(
                    index: index,
                    id: Int(id),
                    limit: configuration.vocabularySize
                )
            }
            append(text, configuration)
        }
    }

    private mutating func append(_ text: ArraySlice<Int32>, _ configuration: TextTransformerConfiguration) {
        let start = ids.count
        let length = configuration.allowsPacking ? text.count : configuration.contextLength
        ids.append(contentsOf: text.map(Int64.init))
        ids.append(contentsOf: repeatElement(Self.padding, count: length - text.count))
        positions.append(contentsOf: (0..<length).map(Int64.init))
        lengths.append(length)
        let row =
            switch configuration.pooling {
            case .endOfText: Self.firstMaximum(text)
            case .first: 0
            case .last: length - 1
            }
        readout.append(Int64(start + row))
    }

    private static func firstMaximum(_ text: ArraySlice<Int32>) -> Int {
        var best = text.startIndex
        for index in text.indices where text[index] > text[best] { best = index }
        return best - text.startIndex
    }
}
