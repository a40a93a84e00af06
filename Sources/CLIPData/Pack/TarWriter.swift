/// Writes a plain tar file whose bytes depend on the members alone: no times, owners or modes of the machine.
struct TarWriter {
    /// Tar files end on a multiple of this, as GNU tar writes them.
    private static let record = 20 * TarReader.block

    private let file: OutputFile

    /// Starts a new file.
    ///
    /// - Throws: `ShardError.file` where the file exists or cannot be made.
    init(creating path: String) throws(ShardError) {
        file = try OutputFile(creating: path)
    }

    /// Adds a regular file; long and non-ASCII names go into a pax record.
    ///
    /// - Throws: `ShardError.file` where writing fails.
    mutating func append(name: String, content: some Collection<UInt8>) throws(ShardError) {
        let isPlain = name.utf8.count <= 100 && name.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        if !isPlain {
            let records = Self.paxRecord(key: "path", value: name)
            try member(name: "PaxHeader", kind: UInt8(ascii: "x"), content: records)
        }
        try member(name: isPlain ? name : "long-name", kind: UInt8(ascii: "0"), content: content)
    }

    /// Ends the archive; returns its size in bytes and its SHA-256 in hexadecimal.
    ///
    /// - Throws: `ShardError.file` where writing fails.
    mutating func finish() throws(ShardError) -> (bytes: Int, sha256: String) {
        let end = file.byteCount + 2 * TarReader.block
        let padded = (end + Self.record - 1) / Self.record * Self.record
        try file.write(repeatElement(0, count: padded - file.byteCount))
        return (padded, try file.finish())
    }

    private func member(name: String, kind: UInt8, content: some Collection<UInt8>) throws(ShardError) {
        try file.write(Self.header(name: name, kind: kind, size: content.count))
        try file.write(content)
        try file.write(repeatElement(0, count: -content.count & (TarReader.block - 1)))
    }

    private static func header(name: String, kind: UInt8, size: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: TarReader.block)
        func put(_ text: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in text.enumerated() { bytes[offset + index] = byte }
        }
        put(name.utf8, at: 0)
        put("0000644".utf8, at: 100)
        put("0000000".utf8, at: 108)
        put("0000000".utf8, at: 116)
        put(octal(size, digits: 11), at: 124)
        put("00000000000".utf8, at: 136)
        put("        ".utf8, at: 148)
        bytes[156] = kind
        put("ustar\u{0}00".utf8, at: 257)
        put("0000000".utf8, at: 329)
        put("0000000".utf8, at: 337)
        let sum = bytes.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6), at: 148)
        bytes[154] = 0
        return bytes
    }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        (0..<digits).reversed().map { UInt8(ascii: "0") + UInt8(number >> (3 * $0) & 7) }
    }

    /// `length key=value` and a line end, where the length counts its own digits.
    static func paxRecord(key: String, value: String) -> [UInt8] {
        let body = " \(key)=\(value)\n".utf8.count
        var length = body
        while body + String(length).utf8.count != length { length = body + String(length).utf8.count }
        return Array("\(length) \(key)=\(value)\n".utf8)
    }
}
