/// Reduces the contents of fields to what an index keeps of them.
///
/// One for each container.
struct FieldInspector {
    /// A longer text is not hashed: it is no caption.
    private static let longestText = 1 << 16

    /// The hash of all contents so far that are no pictures and not long, so that an edit that changes no size is noticed.
    private(set) var texts: UInt64 = 0

    private let workspace = ImageWorkspace()
    private let decoder = ImageDecoder(maxPixels: .max)

    /// An image's size, or the ``CaptionKey`` of a text; 0 for anything else.
    mutating func detail(of content: UnsafeRawBufferPointer, suffix: String) -> UInt64 {
        let last = suffix.lastIndex(of: ".").map { suffix[suffix.index(after: $0)...] } ?? suffix[...]
        switch last {
        case _ where UsualNames.imageFields.contains(String(last)):
            guard let header = try? decoder.header(of: content, workspace: workspace) else { return 0 }
            return FieldDetail.image(width: header.width, height: header.height)
        case "txt":
            guard content.count <= Self.longestText else { return 0 }
            combine(content)
            return FieldDetail.hash(CaptionKey.of(String(decoding: content, as: UTF8.self)))
        default:
            if content.count <= Self.longestText { combine(content) }
            return 0
        }
    }

    private mutating func combine(_ content: UnsafeRawBufferPointer) {
        // An index hashes some members of each sample, so eight bytes at a time and no more.
        var hash = texts ^ UInt64(content.count)
        func take(_ word: UInt64) {
            let product = (hash ^ word) &* 0x9FB2_1C65_1E98_DF25
            hash = product ^ product >> 29
        }
        let end = content.count / 8 * 8
        for offset in stride(from: 0, to: end, by: 8) {
            take(UInt64(littleEndian: content.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        var rest: UInt64 = 0
        for byte in content[end...] { rest = rest << 8 | UInt64(byte) }
        take(rest)
        texts = hash
    }
}
