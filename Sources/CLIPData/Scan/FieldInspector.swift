import LocalFiles

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
        texts = CounterRandom.mix(texts ^ ContentHash.of(content))
    }
}
