/// A regular file inside a tar file.
struct TarMember: Equatable {
    /// The name as stored; it is never used as a path.
    var name: String
    /// Where the content starts, in bytes from the start of the shard.
    var offset: Int
    /// The content's size in bytes.
    var size: Int
}

/// Walks through the members of a plain tar file in memory: ustar, GNU (long names, large numbers) and pax.
///
/// Archives that stand one behind the other, as `cat` joins them, are read to the last.
struct TarReader {
    /// A single member may not be larger.
    static let memberLimit: UInt64 = 0xFFFF_FFFF
    /// Extended headers (long names, pax records) may not be larger.
    static let extendedLimit: UInt64 = 1 << 20
    static let block = 512

    private let bytes: UnsafeRawBufferPointer
    private let shard: String
    private var position = 0
    /// Whether an end mark stands before what comes next.
    private var isBehindEnd = false
    private var longName: String?
    private var pax = PaxRecords()
    private var globalPax = PaxRecords()
    /// Where the header of the last member lies, for messages about what is missing behind it.
    private var last: (name: String, offset: Int)?

    /// Reads from memory, which must outlive the reader; `shard` is for messages.
    init(_ bytes: UnsafeRawBufferPointer, shard: String) {
        self.bytes = bytes
        self.shard = shard
    }

    /// The next regular file, or nil at the end of the archive.
    mutating func next() throws(TarError) -> TarMember? {
        while position < bytes.count {
            let start = position
            guard bytes.count - start >= Self.block else {
                if bytes[start...].allSatisfy({ $0 == 0 }) { return nil }
                if isBehindEnd { throw error(.foreignTail, at: start) }
                throw error(.truncatedHeader(have: bytes.count - start), at: start)
            }
            let header = TarHeader(UnsafeRawBufferPointer(rebasing: bytes[start..<start + Self.block]))
            if header.isZero {
                // An end mark; another archive may follow, to which nothing of this one applies.
                (isBehindEnd, longName, pax, globalPax) = (true, nil, PaxRecords(), PaxRecords())
                position += Self.block
                continue
            }
            guard header.checksumFits else {
                if isBehindEnd { throw error(.foreignTail, at: start) }
                throw error(compression(at: start).map { .compressed($0) } ?? .badChecksum, at: start)
            }
            isBehindEnd = false
            if let member = try member(header, at: start) { return member }
        }
        guard position > bytes.count, let last else { return nil }
        throw error(.truncatedPadding(name: last.name, missing: position - bytes.count), at: last.offset)
    }

    /// Takes a header and moves behind its content; nil where that is no regular file.
    private mutating func member(_ header: TarHeader, at start: Int) throws(TarError) -> TarMember? {
        let extends = header.kind == .extended || header.kind == .global || header.kind == .longName
        guard var size = header.size else { throw error(.badNumber(field: "size"), at: start) }
        if !extends, let override = pax.size ?? globalPax.size { size = override }
        let name = extends ? header.name : (pax.path ?? longName ?? globalPax.path ?? header.name)
        if case .partial(let what) = header.kind { throw error(.partial(name: name, what: what), at: start) }
        if !extends, pax.isSparse { throw error(.partial(name: name, what: "a sparse file"), at: start) }
        if header.hasNoContent { size = 0 }
        let limit = extends ? Self.extendedLimit : Self.memberLimit
        guard size <= limit else {
            throw error(.hostileSize(name: name, size: size, limit: limit), at: start)
        }
        let content = start + Self.block
        guard UInt64(bytes.count - content) >= size else {
            let have = UInt64(bytes.count - content)
            throw error(.truncatedMember(name: name, needed: size, have: have), at: start)
        }
        // Behind the end where the last block is not full.
        position = content + (Int(size) + Self.block - 1) / Self.block * Self.block
        last = (name, start)
        let body = UnsafeRawBufferPointer(rebasing: bytes[content..<content + Int(size)])
        switch header.kind {
        case .extended: pax = try records(body, at: start)
        case .global: globalPax = try records(body, at: start)
        case .longName: longName = String(decoding: body.prefix { $0 != 0 }, as: UTF8.self)
        case .regular, .other, .partial:
            longName = nil
            pax = PaxRecords()
            if header.kind == .regular { return TarMember(name: name, offset: content, size: Int(size)) }
        }
        return nil
    }

    private func records(_ body: UnsafeRawBufferPointer, at offset: Int) throws(TarError) -> PaxRecords {
        do {
            return try PaxRecords(body)
        } catch {
            throw self.error(.badExtendedHeader(reason: error.reason), at: offset)
        }
    }

    private func compression(at offset: Int) -> String? {
        guard offset == 0 else { return nil }
        if bytes.starts(with: [0x1F, 0x8B]) { return "gzip" }
        if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return "zstd" }
        if bytes.starts(with: [0x42, 0x5A, 0x68]) { return "bzip2" }
        if bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) { return "xz" }
        return nil
    }

    private func error(_ problem: TarError.Problem, at offset: Int) -> TarError {
        TarError(shard: shard, offset: offset, problem: problem)
    }
}
