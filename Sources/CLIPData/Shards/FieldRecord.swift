/// Where a field lies, and what the scan saw in it; 24 bytes in the index.
struct FieldRecord: Equatable, Sendable {
    /// Where a field's bytes are.
    enum Place: UInt16 {
        /// In the container, from `offset`; of compressed containers, in what they unpack to.
        case container = 0
        /// In the index's own text.
        case index = 1
        /// In a file of its own, whose path is in the index's text.
        case file = 2
        /// Nowhere: all that is kept of a row that is gone, in `detail` the hash of its picture's path.
        case gone = 3
    }

    var offset: UInt64
    var size: UInt32
    var suffix: UInt16
    /// A ``Place``, as stored.
    var place: UInt16
    /// What the scan saw: see ``FieldDetail``.
    var detail: UInt64

    /// What is kept of a row that is gone.
    static func gone(picture: UInt64) -> FieldRecord {
        FieldRecord(offset: 0, size: 0, suffix: 0, place: Place.gone.rawValue, detail: picture)
    }
}

/// What the scan of a field's content is reduced to: 0 where nothing was seen.
enum FieldDetail {
    /// An image's size in pixels.
    static func image(width: Int, height: Int) -> UInt64 {
        UInt64(UInt32(clamping: width)) << 32 | UInt64(UInt32(clamping: height))
    }

    static func size(_ detail: UInt64) -> (width: Int, height: Int)? {
        detail == 0 ? nil : (Int(detail >> 32), Int(detail & 0xFFFF_FFFF))
    }

    /// A caption's ``CaptionKey``.
    static func hash(_ value: UInt64) -> UInt64 { max(1, value) }
}
