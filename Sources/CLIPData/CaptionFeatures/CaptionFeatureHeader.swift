import Foundation

/// What a file of caption features says of itself.
public struct CaptionFeatureHeader: Sendable, Hashable, Codable {
    /// One source of captions.
    public struct Source: Sendable, Hashable, Codable {
        /// The name by which recipes find it.
        public var name: String
        /// The field that it was read from, as `txt` or `json:long`; `file:` and a hash of what it holds for a file beside the
        /// data.
        public var origin: String
        /// The suffix of the archives' members that it was imported from; nil where a model computed it.
        public var member: String?
        /// Samples that have a caption from it.
        public var samples = 0
        /// Captions from it.
        public var captions = 0

        /// Describes a source of captions that are not counted yet.
        public init(name: String, origin: String) {
            self.name = name
            self.origin = origin
        }

        init(_ source: CaptionSource) {
            let origin = source.field?.description ?? source.file.map { "file:\($0.contentHash)" }
            self.init(name: source.name, origin: origin ?? "")
        }
    }

    /// What turned captions into numbers.
    public struct Model: Sendable, Hashable, Codable {
        /// What people call it.
        public var name: String
        /// Its directory or file, where it was then; nil where nobody knows.
        public var path: String?
        /// The directory of its low-rank changes; nil for the plain model.
        public var adapter: String?
        /// Two models with equal ones give equal features; nil where nobody knows.
        public var fingerprint: String?
        /// That of its tokenizer alone.
        public var tokenizer: String?
        /// How texts become vectors: the JSON of the language model's settings.
        public var encoding: String?
        /// What most of it was computed in.
        public var precision: String?

        /// Describes a model.
        public init(
            name: String,
            path: String? = nil,
            adapter: String? = nil,
            fingerprint: String? = nil,
            tokenizer: String? = nil,
            encoding: String? = nil,
            precision: String? = nil
        ) {
            self.name = name
            self.path = path
            self.adapter = adapter
            self.fingerprint = fingerprint
            self.tokenizer = tokenizer
            self.encoding = encoding
            self.precision = precision
        }
    }

    /// Numbers in each row.
    public var width: Int
    /// How they are stored.
    public var type: CaptionFeatureType
    /// What made them.
    public var model: Model
    /// The sources; an entry names its own by the place in this list.
    public var sources: [Source]
    /// The ordinals of the whole work, up to the number of samples that the index knew.
    public var whole: Range<Int>
    /// Who these samples are (``DataFingerprint``), in hexadecimal digits.
    public var fingerprint: String
    /// Those of ``whole`` that the data had, which may be fewer than its index knew; in order, with gaps between them.
    public var samples: [Range<Int>]
    /// The folder of the archives that are imported, an empty text for beside each shard; nil in a file that is finished.
    var archives: String?
    /// The ordinals of this file.
    public var ordinals: Range<Int>
    /// Which part of the work this is, from 1.
    public var part: Int
    /// How many parts the work has.
    public var parts: Int
    /// So many ordinals are computed together.
    public var chunk: Int
    /// Rows in this file; captions with equal texts may share one.
    public var rows = 0
    /// Captions in this file.
    public var captions = 0
    /// Sources of samples that could not be read, as text that is no UTF-8.
    public var unreadable = 0
}

extension CaptionFeatureHeader {
    /// The widest row.
    static let maximumWidth = 1 << 20

    /// The samples that this file has.
    var covered: IndexSet {
        var covered = IndexSet()
        for range in samples.map({ $0.clamped(to: ordinals) }) where !range.isEmpty {
            covered.insert(integersIn: range)
        }
        return covered
    }

    /// Bytes of a row.
    var rowBytes: Int { width * type.byteCount }

    /// Whether its numbers can be those of a work; what is computed from them may overflow otherwise.
    var isPossible: Bool {
        guard (1...Self.maximumWidth).contains(width),
            (1...CaptionFeatureEntry.maximumSources).contains(sources.count),
            whole.lowerBound >= 0, whole.upperBound < 1 << 40, (1...1 << 20).contains(chunk),
            (1...CaptionFeaturePlan.maximumParts).contains(parts), (1...parts).contains(part)
        else { return false }
        var end = whole.lowerBound
        for range in samples {
            guard range.lowerBound >= end, !range.isEmpty, range.upperBound <= whole.upperBound else {
                return false
            }
            end = range.upperBound
        }
        return ordinals == CaptionFeaturePlan(whole, chunk: chunk, part: part, of: parts).ordinals
    }

    /// The header of the same work before anything is counted.
    var uncounted: Self {
        var header = self
        (header.rows, header.captions, header.unreadable) = (0, 0, 0)
        for number in sources.indices {
            (header.sources[number].samples, header.sources[number].captions) = (0, 0)
        }
        return header
    }

    /// What tells another work from this one, one phrase each; the part does not count.
    func differences(from other: Self) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ one: Value, _ two: Value, _ text: (Value) -> String)
        {
            if one != two { found.append("\(name) \(text(one)) and not \(text(two))") }
        }
        compare("width", width, other.width) { "\($0)" }
        compare("type", type, other.type) { $0.rawValue }
        let names = { (sources: [Source]) in sources.map { "\($0.name)=\($0.origin)" }.joined(separator: ",")
        }
        let members = { (sources: [Source]) in
            sources.compactMap { source in source.member.map { "\(source.name)=\($0)" } }.joined(
                separator: ","
            )
        }
        compare("sources", names(sources), names(other.sources)) { $0 }
        compare("members", members(sources), members(other.sources)) { $0.isEmpty ? "none" : $0 }
        compare("archives", archives, other.archives) { folder in
            folder.map { $0.isEmpty ? "beside the shards" : "in '\($0)'" } ?? "none"
        }
        found += model.differences(from: other.model)
        compare("samples", whole, other.whole) { "\($0.lowerBound) to \($0.upperBound - 1)" }
        if whole == other.whole, fingerprint != other.fingerprint { found.append("another data set") }
        if whole == other.whole, fingerprint == other.fingerprint, samples != other.samples {
            let counts = [samples, other.samples].map { $0.reduce(0) { $0 + $1.count } }
            found.append(
                counts[0] == counts[1]
                    ? "other shards of the data"
                    : "shards with \(counts[0]) of its samples and not those with \(counts[1])"
            )
        }
        compare("chunks of", chunk, other.chunk) { "\($0) samples" }
        return found
    }
}
