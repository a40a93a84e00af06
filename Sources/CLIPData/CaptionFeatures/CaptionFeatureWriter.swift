import Foundation
public import RemoteFiles

/// Writes the features of all captions of a data set, once.
///
/// A work that is interrupted goes on where it stopped when the same one is begun again, with the same bytes in the end. Captions
/// go to the model in the same groups whatever happened before, and in whichever parts the work is done.
public struct CaptionFeatureWriter {
    /// What decides over the file.
    public struct Settings: Sendable {
        /// Numbers in each row.
        public var width: Int
        /// How they are stored.
        public var type = CaptionFeatureType.float16
        /// What makes them.
        public var model: CaptionFeatureHeader.Model
        /// Which part of the work this is, from 1.
        public var part = 1
        /// How many parts the work has.
        public var parts = 1
        /// Samples with smaller ordinals are left out: another file has them.
        public var first = 0
        /// So many ordinals are computed together; texts that are equal in them are computed once.
        public var chunk = 256

        /// The whole work of a model.
        public init(width: Int, model: CaptionFeatureHeader.Model) {
            self.width = width
            self.model = model
        }

        func validate() throws(CaptionFeatureWorkError) {
            func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>)
                throws(CaptionFeatureWorkError)
            {
                guard !range.contains(value) else { return }
                let expected = "\(range.lowerBound) to \(range.upperBound)"
                throw .setting(name: name, found: "\(value)", expected: expected)
            }
            try check("width of caption features", width, 1...CaptionFeatureHeader.maximumWidth)
            try check("number of parts", parts, 1...CaptionFeaturePlan.maximumParts)
            try check("part", part, 1...parts)
            try check("size of a chunk", chunk, 1...1 << 20)
            try check("first sample", first, 0...Int.max)
        }

        /// Refuses a part that cannot be, before anything is read.
        ///
        /// - Throws: ``CaptionFeatureWorkError/setting(name:found:expected:)``.
        public static func check(part: Int, of parts: Int) throws(CaptionFeatureWorkError) {
            var settings = Self(width: 1, model: .init(name: ""))
            (settings.part, settings.parts) = (part, parts)
            try settings.validate()
        }
    }

    let data: ShardDataset
    let sources: [CaptionSource]
    let settings: Settings
    /// Where the file goes.
    public let path: String
    let plan: CaptionFeaturePlan
    let header: CaptionFeatureHeader
    let samples: OrdinalSamples
    /// Told what is lost of an earlier session, in a sentence.
    public var note: (String) -> Void = { _ in }
    /// Tests have other disks.
    var freeBytes: (String) -> Int? = CaptionFeatureWriter.freeBytes

    /// Describes a work; nothing is written yet.
    ///
    /// - Throws: ``CaptionFeatureWorkError``; `LoaderError.captionPolicy` for sources with one name; `ShardError.fields` for a
    ///   field that no sample has.
    public init(_ data: ShardDataset, sources: [CaptionSource], settings: Settings, to path: String) throws {
        try settings.validate()
        try Self.check(sources, in: data)
        let count = data.ordinalCount
        guard settings.first <= count else {
            throw CaptionFeatureWorkError.setting(
                name: "first sample",
                found: "\(settings.first)",
                expected: "at most the \(count) that the index knows"
            )
        }
        let whole = settings.first..<count
        samples = OrdinalSamples(data)
        guard samples.count(whole) > 0 else {
            throw CaptionFeatureWorkError.nothingLater(first: settings.first, known: count)
        }
        plan = CaptionFeaturePlan(
            whole,
            chunk: settings.chunk,
            part: settings.part,
            of: settings.parts
        )
        header = CaptionFeatureHeader(
            width: settings.width,
            type: settings.type,
            model: settings.model,
            sources: sources.map { CaptionFeatureHeader.Source($0) },
            whole: whole,
            fingerprint: String(DataFingerprint(data, count: count).value, radix: 16),
            samples: samples.ranges(whole),
            ordinals: plan.ordinals,
            part: settings.part,
            parts: settings.parts,
            chunk: settings.chunk
        )
        self.data = data
        self.sources = sources
        self.settings = settings
        self.path = path
        try Self.check(path)
    }

    /// Refuses sources that cannot be, before a model is read.
    ///
    /// - Throws: `LoaderError.captionPolicy` for sources with one name; `ShardError.fields` for a field that no sample has.
    public static func check(_ sources: [CaptionSource], in data: ShardDataset) throws {
        // Names and origins are compared there.
        _ = try CaptionPolicy(sources: sources)
        guard sources.count <= CaptionFeatureEntry.maximumSources else {
            throw LoaderError.captionPolicy("it names \(sources.count) sources")
        }
        for source in sources {
            guard let field = source.field else { continue }
            try data.requireCaptions([field], purpose: "a caption for the source '\(source.name)'")
        }
    }

    /// Refuses to go on behind a file of another work.
    ///
    /// - Throws: `CaptionFeatureError.otherData`, `.differs`.
    public func check(after file: CaptionFeatureFile) throws {
        try file.check(data)
        var header = file.header
        (header.whole, header.fingerprint, header.samples) = (
            self.header.whole, self.header.fingerprint, self.header.samples
        )
        // A file beside the data grows with it.
        for (number, source) in self.header.sources.enumerated() where header.sources.indices.contains(number)
        {
            if [source, header.sources[number]].allSatisfy({ $0.origin.hasPrefix("file:") }) {
                header.sources[number].origin = source.origin
            }
        }
        let differences = header.differences(from: self.header)
        guard differences.isEmpty else {
            throw CaptionFeatureError.differs(path: file.path, from: path, differences: differences)
        }
    }

    /// Refuses a path that cannot be written to, before the work and not after it.
    static func check(_ path: String) throws(CaptionFeatureWorkError) {
        guard FilePath.kind(of: path) == nil else { throw .exists(path: path) }
        let folder = FilePath.directory(of: path)
        guard FilePath.kind(of: folder) == .directory, access(folder, W_OK) == 0 else {
            throw .noFolder(path: path, folder: folder)
        }
    }

    /// Computes what is not there yet, and gives the file its name.
    ///
    /// - Parameters:
    ///   - stop: Ends the work between two calls of `encode`; what is done stays.
    ///   - encode: Rows of `width` numbers, one behind the other, for each of some texts.
    /// - Returns: What the file says of itself.
    /// - Throws: ``CaptionFeatureWorkError``, `ShardError`, `CaptionFileError`, `RemoteError.stopped`, and what `encode` throws.
    public func write(
        stop: StopSignal? = nil,
        progress: ((CaptionFeatureProgress) -> Void)? = nil,
        encode: ([String]) throws -> [Float]
    ) throws -> CaptionFeatureHeader {
        try withoutActuallyEscaping(encode) { encode in
            var provider = EncodedCaptions(
                data: data,
                sources: sources,
                settings: settings,
                stop: stop,
                encode: encode
            )
            return try write(&provider, as: header, stop: stop, progress: progress)
        }
    }
}
