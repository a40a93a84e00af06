/// Where and how a tar file is damaged.
public struct TarError: Error, Equatable, CustomStringConvertible {
    /// What is wrong at the place.
    public enum Problem: Equatable, Sendable {
        /// The file ends inside a header.
        case truncatedHeader(have: Int)
        /// The file ends inside a member's content.
        case truncatedMember(name: String, needed: UInt64, have: UInt64)
        /// The file ends inside the zeros that fill up a member's last block.
        case truncatedPadding(name: String, missing: Int)
        /// Behind the end of the archive stands something that is no other archive.
        case foreignTail
        /// A member's content is not stored in one piece.
        case partial(name: String, what: String)
        /// The header's checksum does not fit: not a tar file, or damaged.
        case badChecksum
        /// A number field holds no number.
        case badNumber(field: String)
        /// A member is larger than a member may be.
        case hostileSize(name: String, size: UInt64, limit: UInt64)
        /// An extended header is malformed or too long.
        case badExtendedHeader(reason: String)
        /// The file is compressed.
        case compressed(String)
    }

    /// The shard's path.
    public let shard: String
    /// The byte offset of the header in question.
    public let offset: Int
    /// What is wrong there.
    public let problem: Problem
    /// How many whole samples come before, where they were counted.
    public var wholeSamples: Int?

    /// Names a place and what is wrong there.
    public init(shard: String, offset: Int, problem: Problem, wholeSamples: Int? = nil) {
        self.shard = shard
        self.offset = offset
        self.problem = problem
        self.wholeSamples = wholeSamples
    }

    /// One sentence for people.
    public var description: String {
        if offset == 0, problem == .badChecksum {
            return "Shard '\(shard)' is no tar file: the first header's checksum is wrong; "
                + "name .tar files only, or fetch the shard again."
        }
        let what =
            switch problem {
            case .truncatedHeader(let have):
                "the file ends inside a header (\(have) of 512 bytes are there); fetch the shard again"
            case .truncatedMember(let name, let needed, let have):
                "the file ends inside '\(name)' (\(have) of \(needed) bytes are there); fetch the shard again"
            case .truncatedPadding(let name, let missing):
                "the file ends right behind '\(name)', \(missing) bytes before the end of its last block; "
                    + "fetch the shard again"
            case .foreignTail:
                "behind the end of the archive stands something that is no tar file; fetch or write the shard anew"
            case .partial(let name, let what):
                "'\(name)' is \(what), which is not stored in one piece; write the shard anew without --sparse and in "
                    + "one volume"
            case .badChecksum: "the header's checksum is wrong; the file is damaged, so fetch it again"
            case .badNumber(let field):
                "the header's \(field) is not a number; the file is damaged, so fetch or write the shard anew"
            case .hostileSize(let name, let size, let limit):
                "'\(name)' claims \(size) bytes, more than the \(limit) that a member may have; "
                    + "fetch or write the shard anew"
            case .badExtendedHeader(let reason):
                "the extended header is malformed: \(reason); fetch or write the shard anew"
            case .compressed("gzip"):
                "the shard is compressed with gzip, but not named so; rename it to end in .tar.gz, and it is read"
            case .compressed(let kind):
                "the shard is compressed with \(kind); expected plain tar or .tar.gz, so unpack it first"
            }
        return "Shard '\(shard)', byte \(offset): \(what).\(rest)"
    }

    /// What of the shard can be used.
    private var rest: String {
        guard let wholeSamples, wholeSamples > 0 else { return "" }
        let samples = wholeSamples == 1 ? "1 whole sample comes" : "\(wholeSamples) whole samples come"
        return
            " \(samples) before; `clip data index --keep-readable` takes such samples and leaves out the rest."
    }
}
