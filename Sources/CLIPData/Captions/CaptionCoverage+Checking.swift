import Synchronization

extension CaptionCoverage {
    /// So many samples are read at the start of a run.
    public static let startSamples = 10_000

    /// What the start of a run can afford: all keys are looked up, texts are read of some samples drawn at random.
    ///
    /// - Parameters:
    ///   - threads: How many threads read; the result does not depend on it.
    ///   - limit: How many samples are read; nil for all.
    /// - Throws: `CaptionFileError.noMatch` for a side file that fits no sample, `.ambiguous` for samples that share a key;
    ///   `ShardError.fields` for a field that no sample has.
    public static func check(
        _ source: any SampleSource,
        _ policy: CaptionPolicy,
        threads: Int = 2,
        limit: Int? = startSamples,
        seed: UInt64 = 0
    ) throws -> CaptionCoverage {
        try policy.requireFields(of: source)
        var matches: [Int?] = []
        for origin in policy.sources {
            guard let file = origin.file, file.settings.join == .key else {
                matches.append(nil)
                continue
            }
            let matched = try samplesWithRow(of: file, in: source, threads: threads)
            guard !matched.isEmpty else { throw try noMatch(file, source, examined: source.count) }
            try refuseSharedKeys(matched, policy, source)
            matches.append(matched.count)
        }
        var coverage = try gather(source, policy, threads: threads, limit: limit, seed: seed)
        for (number, origin) in policy.sources.enumerated() {
            coverage.sources[number].samplesWithRow = matches[number]
            let found = coverage.sources[number]
            guard let file = origin.file, matches[number] == nil, found.usable + found.degenerate == 0 else {
                continue
            }
            // A small file may well miss all samples of a draw; only where dozens were to be expected is it a mistake.
            let expected = Double(coverage.examined) * Double(file.rowCount) / Double(max(1, source.count))
            if !coverage.isEstimate || expected >= 50 {
                throw try noMatch(file, source, examined: coverage.examined)
            }
        }
        return coverage
    }

    private static func noMatch(
        _ file: CaptionFile,
        _ source: any SampleSource,
        examined: Int
    ) throws -> CaptionFileError {
        .noMatch(
            path: file.settings.paths.joined(separator: " "),
            join: file.settings.join,
            examined: examined,
            row: try file.firstValue(),
            sample: source.count > 0 ? try? file.settings.join.value(at: 0, in: source) : nil
        )
    }

    private struct Match: Sendable {
        var hash: UInt64
        var index: Int
    }

    /// The samples whose key has a row, in order.
    private static func samplesWithRow(
        of file: CaptionFile,
        in source: any SampleSource,
        threads: Int
    ) throws -> [Match] {
        let chunk = 4096
        let count = (source.count + chunk - 1) / chunk
        let parts = MatchParts(count: count)
        try ParallelLoop.run(count: count, threads: threads) { number in
            var found: [Match] = []
            for index in number * chunk..<min(source.count, (number + 1) * chunk) {
                let hash = file.hash(of: source.label(at: index).key)
                if try file.hasRows(ofHash: hash) { found.append(Match(hash: hash, index: index)) }
            }
            parts.set(found, at: number)
        }
        return parts.joined()
    }

    /// Two samples under one key are fine only where their own captions show them to be one and the same.
    private static func refuseSharedKeys(
        _ matches: [Match],
        _ policy: CaptionPolicy,
        _ source: any SampleSource
    ) throws {
        let sorted = matches.sorted { ($0.hash, $0.index) < ($1.hash, $1.index) }
        let fields = policy.sources.filter { $0.field != nil }
        var first: (label: SampleLabel, other: SampleLabel)?
        var keys: Set<String> = []
        for (one, other) in zip(sorted, sorted.dropFirst()) where one.hash == other.hash {
            let labels = (source.label(at: one.index), source.label(at: other.index))
            guard labels.0.key == labels.1.key, !keys.contains(labels.0.key) else { continue }
            if agree(one.index, other.index, fields, source) { continue }
            keys.insert(labels.0.key)
            if first.map({ labels.0.key < $0.label.key }) ?? true { first = labels }
        }
        guard let first else { return }
        throw CaptionFileError.ambiguous(
            key: first.label.key,
            first: first.label.shard,
            second: first.other.shard,
            keys: keys.count
        )
    }

    /// Whether two samples have the same texts of their own; samples without any never do.
    private static func agree(
        _ one: Int,
        _ other: Int,
        _ fields: [CaptionSource],
        _ source: any SampleSource
    ) -> Bool {
        var hasTexts = false
        for field in fields {
            guard let first = try? CaptionReader.texts(of: field, at: one, in: source),
                let second = try? CaptionReader.texts(of: field, at: other, in: source), first == second
            else { return false }
            hasTexts = hasTexts || !first.isEmpty
        }
        return hasTexts
    }

    /// Parts in the order of their numbers, whoever finishes first.
    private final class MatchParts: Sendable {
        private let parts: Mutex<[[Match]]>

        init(count: Int) { parts = Mutex(Array(repeating: [], count: count)) }

        func set(_ part: [Match], at number: Int) { parts.withLock { $0[number] = part } }

        func joined() -> [Match] { parts.withLock { $0.flatMap(\.self) } }
    }
}
