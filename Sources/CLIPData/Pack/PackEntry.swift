/// What becomes the members of a sample besides its picture.
struct PackEntry {
    var captions: [String: String] = [:]
    var fields: [String: String] = [:]
    var source: String?

    /// Takes the captions in some fields, and those that the object calls captions.
    ///
    /// - Throws: `ListingObject.Unreadable` where `fields` holds something else, or a name cannot be a suffix.
    init(_ object: ListingObject, captionFields: [String]) throws(ListingObject.Unreadable) {
        captions = object.captions(captionFields)
        fields = try object.fields()
        source = object.source
        for name in captions.keys.sorted() + fields.keys.sorted() where !Self.isSuffix(name) {
            let short = PlainLine.of(name, limit: 80)
            throw ListingObject.Unreadable(
                problem:
                    "the field '\(short)' cannot be a member's suffix, made of a-z, 0-9, '_', '-'"
            )
        }
    }

    static func isSuffix(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
