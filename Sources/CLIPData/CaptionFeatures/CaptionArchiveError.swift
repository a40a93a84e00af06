/// What is wrong with published features of captions, and what to do about it.
public enum CaptionArchiveError: Error, Equatable, CustomStringConvertible {
    /// Data that is no local tar file.
    case noShard(name: String)
    /// An archive among the shards.
    case isArchive(name: String)
    /// The archive of a shard is not there.
    case missing(archive: String)
    /// Members that do not stand for the sources.
    case members(found: [String], sources: [String])
    /// An archive without any of the members.
    case empty(archive: String, members: [String])
    /// A sample of the shard and of the archive that stand in the same place and differ; nil where one ends.
    case key(archive: String, shard: String, number: Int, found: String?, expected: String?)
    /// A caption without its member.
    case noMember(archive: String, member: String)
    /// A member of another length.
    case size(archive: String, member: String, bytes: Int, width: Int?)
    /// A member that holds NaN or infinity, or a number that the type cannot hold.
    case number(archive: String, member: String, value: Float)
    /// A sample with another count of texts from one source than the layout has room for.
    case texts(label: SampleLabel, source: String, found: Int)
    /// Two shards whose archives would have one name.
    case sameName(archive: String, first: String, second: String)

    /// One or two sentences for people.
    public var description: String {
        switch self {
        case .noShard(let name):
            "'\(name)' is no local tar file; only such have archives of caption features beside them."
        case .isArchive(let name):
            "'\(name)' is named as a shard and is an archive of caption features. Name the shards alone, as with "
                + "'data/{00000..00099}.tar'."
        case .missing(let archive):
            "There is no archive '\(archive)'. Name its folder with --archives, or fetch it."
        case .members(let found, let sources):
            "The members \(CaptionFeatureError.quoted(found)) do not stand for the sources "
                + "\(CaptionFeatureError.quoted(sources)); give each source one of its own."
        case .empty(let archive, let members):
            "'\(archive)' has no member \(CaptionFeatureError.quoted(members)). Name the suffixes that its members have."
        case .key(let archive, let shard, let number, let found, let expected):
            "Sample \(number) is \(Self.name(expected)) in '\(shard)' and \(Self.name(found)) in '\(archive)'; both must "
                + "have the same keys in the same order. Fetch or make the archive of this shard."
        case .noMember(let archive, let member):
            "'\(archive)' has no '\(member)', and the sample has that caption. Make the archive anew, or name other sources."
        case .size(let archive, let member, let bytes, let width):
            "'\(member)' in '\(archive)' has \(bytes) bytes; expected "
                + (width.map { "\($0 * 4), as the others" } ?? "float32 numbers") + ". Make the archive anew."
        case .number(let archive, let member, let value):
            "'\(member)' in '\(archive)' holds \(value), which cannot be stored"
                + (value.isFinite ? " as float16; import it as float32." : ". Make the archive anew.")
        case .texts(let label, let source, let found):
            "'\(label.key)' in '\(label.shard)' has \(found) captions from '\(source)'; archives have room for exactly one."
        case .sameName(let archive, let first, let second):
            "'\(first)' and '\(second)' would both have the archive '\(archive)'; export them into folders of their own."
        }
    }

    private static func name(_ key: String?) -> String { key.map { "'\($0)'" } ?? "missing" }
}
