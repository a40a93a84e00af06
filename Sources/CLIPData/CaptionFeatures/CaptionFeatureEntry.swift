/// One caption of a sample, and where its features are.
struct CaptionFeatureEntry: Equatable, BitwiseCopyable {
    static let byteCount = 24
    static let maximumSources = 1 << 16
    static let maximumRows = 1 << 48

    /// The caption's ``CaptionKey``.
    var key: UInt64
    /// The hash of the text as it is: a language model sees case and white space, which the key does not.
    var text: UInt64
    private var place: UInt64

    init(key: UInt64, text: UInt64, source: Int, row: Int) {
        self.key = key
        self.text = text
        place = UInt64(source) << 48 | UInt64(row)
    }

    /// The source's place in the header.
    var source: Int { Int(place >> 48) }
    /// The row's number in the file.
    var row: Int { Int(place & (1 << 48 - 1)) }

    /// The same caption where rows are counted from another place on.
    func moved(by rows: Int) -> Self {
        CaptionFeatureEntry(key: key, text: text, source: source, row: row + rows)
    }

    static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Self {
        bytes.loadUnaligned(fromByteOffset: offset, as: Self.self)
    }
}

extension [UInt8] {
    mutating func append(_ entry: CaptionFeatureEntry) {
        Swift.withUnsafeBytes(of: entry) { append(contentsOf: $0) }
    }

    mutating func append(word: UInt64) {
        Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// A little-endian word by its number.
    func word(_ number: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: number * 8, as: UInt64.self))
    }
}
