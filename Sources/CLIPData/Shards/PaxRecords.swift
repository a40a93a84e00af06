/// What matters of a pax extended header: records of the form `length key=value\n`.
struct PaxRecords {
    struct Malformed: Error { let reason: String }

    var path: String?
    var size: UInt64?
    /// Whether the member is stored with holes, as GNU tar does with `--sparse`.
    var isSparse = false

    init() {}

    init(_ body: UnsafeRawBufferPointer) throws(Malformed) {
        var rest = body[...]
        while let first = rest.first, first != 0 {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")), space - rest.startIndex <= 10,
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count
            else { throw Malformed(reason: "a record's length is wrong") }
            let record = rest[space + 1..<rest.startIndex + length]
            guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "="))
            else {
                throw Malformed(reason: "a record is not 'key=value' and a line end")
            }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            let value = String(decoding: record[(equals + 1)...].dropLast(), as: UTF8.self)
            switch key {
            // The name of a sparse file stands beside a made-up one, in either order.
            case "path" where !isSparse || path == nil: path = value
            case "GNU.sparse.name":
                path = value
                isSparse = true
            case _ where key.hasPrefix("GNU.sparse."): isSparse = true
            case "size":
                guard let number = UInt64(value) else { throw Malformed(reason: "size is '\(value)'") }
                size = number
            default: break
            }
            rest = rest[(rest.startIndex + length)...]
        }
    }
}
