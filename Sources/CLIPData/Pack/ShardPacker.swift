import Foundation
public import RemoteFiles
import Synchronization

/// Cleans pictures with captions and packs them as WebDataset shards with a manifest.
///
/// Equal input gives equal bytes, whatever the number of threads. The output folder appears only when it is complete.
public struct ShardPacker: Sendable {
    /// What is packed, how and where to.
    public let configuration: Configuration

    /// Candidates cleaned at a time: enough to keep the threads busy, few enough for any memory.
    private static let chunk = 128

    /// Creates a packer.
    ///
    /// - Throws: `PackError.setting` for a setting out of its range.
    public init(_ configuration: Configuration) throws(PackError) {
        try configuration.validate()
        self.configuration = configuration
    }

    /// Packs everything; `progress` is called now and then on the calling thread.
    ///
    /// - Parameter stop: Ends the call.
    /// - Returns: What was written and dropped; the same is in `manifest.json`.
    /// - Throws: `PackError` where input or output do not fit, `ShardError` where the input cannot be understood, or
    ///   reading or writing fails. The output folder is then as it was before.
    public func run(stop: StopSignal? = nil, progress: (PackProgress) -> Void = { _ in }) throws
        -> PackReport
    {
        let listing = PackListing(captionFields: configuration.captionFields)
        let candidates = try listing.candidates(of: configuration.input)
        return try pack(candidates.count, stop: stop, progress: progress) { index in
            Packed(
                key: candidates[index].key,
                source: candidates[index].source,
                outcome: clean(candidates[index])
            )
        }
    }

    /// A candidate that was looked at.
    struct Packed: Sendable {
        /// What to call the sample.
        var key: String
        /// Where it comes from, for counting.
        var source: String?
        var outcome: Outcome
    }

    /// Packs so many candidates into a folder that appears when it is complete.
    func pack(
        _ count: Int,
        stop: StopSignal?,
        progress: (PackProgress) -> Void,
        _ look: @escaping @Sendable (Int) throws -> Packed
    ) throws -> PackReport {
        let output = try PackOutput(configuration)
        do {
            let report = try pack(count, into: output, stop: stop, progress: progress, look)
            try output.commit()
            return report
        } catch {
            output.discard()
            throw error
        }
    }

    private func pack(
        _ count: Int,
        into output: PackOutput,
        stop: StopSignal?,
        progress: (PackProgress) -> Void,
        _ look: @escaping @Sendable (Int) throws -> Packed
    ) throws -> PackReport {
        var report = PackReport()
        report.candidates = count
        var shards = PackShards(output, configuration)
        var filter = PackFilter(configuration)
        var keys = PackKeys()
        progress(PackProgress(done: 0, total: count))
        for start in stride(from: 0, to: count, by: Self.chunk) {
            let chunk = start..<min(start + Self.chunk, count)
            for packed in try outcomes(of: chunk, stop, look) {
                switch filter.judge(packed.outcome) {
                case .dropped(let reason): report.drop(packed.key, reason)
                case .sample(let sample):
                    try shards.append(key: keys.distinct(packed.key), members: sample.members)
                    report.add(sample, source: packed.source)
                }
            }
            progress(PackProgress(done: chunk.upperBound, total: count))
        }
        guard report.samples > 0 else {
            throw PackError.nothingLeft(path: configuration.input, drops: report.drops)
        }
        if filter.missesNearDuplicates { report.missesNearDuplicates = true }
        try shards.finish()
        report.shards = shards.finished
        report.bytes = shards.finished.reduce(0) { $0 + $1.bytes }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let manifest = String(decoding: try encoder.encode(report), as: UTF8.self)
        try output.write(manifest + "\n", to: PackOutput.manifestName)
        return report
    }

    private func outcomes(
        of chunk: Range<Int>,
        _ stop: StopSignal?,
        _ look: @escaping @Sendable (Int) throws -> Packed
    ) throws -> [Packed] {
        let results = OutcomeTable(count: chunk.count)
        try ParallelLoop.run(count: chunk.count, threads: configuration.threads, stop: stop) { index in
            results.set(index, try look(chunk.lowerBound + index))
        }
        return results.all
    }

    /// Outcomes by candidate, filled from several threads.
    private final class OutcomeTable: Sendable {
        private let outcomes: Mutex<[Packed]>

        init(count: Int) {
            outcomes = Mutex(Array(repeating: Packed(key: "", outcome: .dropped(.missing)), count: count))
        }

        func set(_ index: Int, _ outcome: Packed) {
            outcomes.withLock { $0[index] = outcome }
        }

        var all: [Packed] { outcomes.withLock { $0 } }
    }
}
