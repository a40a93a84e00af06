import Synchronization

extension CaptionCoverage {
    /// Reads the captions of all samples, or of `limit` drawn at random.
    ///
    /// - Parameters:
    ///   - threads: How many threads read; the result does not depend on it.
    ///   - limit: At most so many samples are looked at; nil for all.
    ///   - seed: Decides which, if not all.
    /// - Throws: `ShardError`; `CaptionFileError` where a table is damaged.
    public static func gather(
        _ source: any SampleSource,
        _ policy: CaptionPolicy,
        threads: Int = 2,
        limit: Int? = nil,
        seed: UInt64 = 0
    ) throws -> CaptionCoverage {
        let examined = min(max(0, limit ?? source.count), source.count)
        let isAll = examined == source.count
        let order = GlobalOrder(count: source.count, seed: seed, stage: 0, isShuffled: !isAll)
        let chunk = 256
        let work = CoverageWork(CoverageTally(policy, countsRows: isAll))
        try ParallelLoop.run(count: (examined + chunk - 1) / chunk, threads: threads) { number in
            var part = CoveragePart(sources: policy.sources.count)
            for place in number * chunk..<min(examined, (number + 1) * chunk) {
                try part.add(order.sample(at: place).index, of: source, policy, notesRows: isAll)
            }
            work.merge(part)
        }
        return work.tally.coverage(policy, samples: source.count, examined: examined)
    }
}

/// What one thread found in a few samples.
struct CoveragePart: Sendable {
    var usable: [Int]
    var degenerate: [Int]
    var texts: [Int]
    var combinations: [[Int]: Int] = [:]
    var damaged = 0
    /// Rows that were met, by source.
    var rows: [[Int]]

    init(sources: Int) {
        usable = Array(repeating: 0, count: sources)
        (degenerate, texts) = (usable, usable)
        rows = Array(repeating: [], count: sources)
    }

    mutating func add(_ index: Int, of source: any SampleSource, _ policy: CaptionPolicy, notesRows: Bool)
        throws
    {
        var present: [Int] = []
        var isDamaged = false
        for (number, origin) in policy.sources.enumerated() {
            do {
                let found = try CaptionReader.texts(of: origin, at: index, in: source)
                let good = found.count { !policy.degenerate.includes($0) }
                texts[number] += good
                if good > 0 {
                    usable[number] += 1
                    present.append(number)
                } else if !found.isEmpty {
                    degenerate[number] += 1
                }
                if notesRows, !found.isEmpty, let file = origin.file,
                    let value = try file.settings.join.value(at: index, in: source)
                {
                    rows[number] += try file.rows(of: value)
                }
            } catch is SampleProblem {
                // Training takes the other sources.
                isDamaged = true
            }
        }
        if isDamaged { damaged += 1 }
        combinations[present, default: 0] += 1
    }
}

/// Sums of parts, which may come in any order.
private struct CoverageTally: Sendable {
    private var sum: CoveragePart
    /// One bit for each row of each side file.
    private var isMet: [[UInt64]]
    private let countsRows: Bool

    init(_ policy: CaptionPolicy, countsRows: Bool) {
        sum = CoveragePart(sources: policy.sources.count)
        self.countsRows = countsRows
        isMet = policy.sources.map { source in
            Array(repeating: 0, count: countsRows ? ((source.file?.rowCount ?? 0) + 63) / 64 : 0)
        }
    }

    mutating func merge(_ part: CoveragePart) {
        for number in sum.usable.indices {
            sum.usable[number] += part.usable[number]
            sum.degenerate[number] += part.degenerate[number]
            sum.texts[number] += part.texts[number]
            for row in part.rows[number] { isMet[number][row / 64] |= 1 << UInt64(row % 64) }
        }
        sum.damaged += part.damaged
        sum.combinations.merge(part.combinations, uniquingKeysWith: +)
    }

    func coverage(_ policy: CaptionPolicy, samples: Int, examined: Int) -> CaptionCoverage {
        let combinations = sum.combinations.sorted {
            $0.value == $1.value ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
        }
        return CaptionCoverage(
            samples: samples,
            examined: examined,
            damaged: sum.damaged,
            sources: policy.sources.enumerated().map { number, source in
                let rows = source.file?.rowCount
                let met = isMet[number].reduce(0) { $0 + $1.nonzeroBitCount }
                return .init(
                    name: source.name,
                    usable: sum.usable[number],
                    degenerate: sum.degenerate[number],
                    texts: sum.texts[number],
                    rows: rows,
                    repeatedRows: source.file?.repeatedRowCount,
                    rowsWithoutSample: countsRows ? rows.map { $0 - met } : nil
                )
            },
            combinations: combinations.map { key, count in
                .init(sources: key.map { policy.sources[$0].name }, count: count)
            }
        )
    }
}

/// Collects the parts that threads have counted.
private final class CoverageWork: Sendable {
    private let sum: Mutex<CoverageTally>

    init(_ tally: CoverageTally) { sum = Mutex(tally) }

    func merge(_ part: CoveragePart) { sum.withLock { $0.merge(part) } }

    var tally: CoverageTally { sum.withLock { $0 } }
}
