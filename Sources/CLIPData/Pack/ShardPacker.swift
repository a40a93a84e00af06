import Foundation
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
    /// - Returns: What was written and dropped; the same is in `manifest.json`.
    /// - Throws: `PackError` where input or output do not fit, `ShardError.file` where reading or writing fails. The
    ///   output folder is then as it was before.
    public func run(progress: (PackProgress) -> Void = { _ in }) throws -> PackReport {
        let listing = PackListing(captionFields: configuration.captionFields)
        let candidates = try listing.candidates(of: configuration.input)
        let output = try PackOutput(configuration)
        do {
            let report = try pack(candidates, into: output, progress: progress)
            try output.commit()
            return report
        } catch {
            output.discard()
            throw error
        }
    }

    private func pack(
        _ candidates: [PackCandidate],
        into output: PackOutput,
        progress: (PackProgress) -> Void
    ) throws -> PackReport {
        var report = PackReport()
        report.candidates = candidates.count
        var shards = PackShards(output, configuration)
        var seen = Set<[UInt8]>()
        progress(PackProgress(done: 0, total: candidates.count))
        for start in stride(from: 0, to: candidates.count, by: Self.chunk) {
            let chunk = Array(candidates[start..<min(start + Self.chunk, candidates.count)])
            for (candidate, outcome) in zip(chunk, try outcomes(of: chunk)) {
                switch outcome {
                case .dropped(let reason): report.drop(candidate.key, reason)
                case .sample(let sample):
                    if configuration.dropDuplicates, !seen.insert(sample.fingerprint).inserted {
                        report.drop(candidate.key, .duplicate)
                        continue
                    }
                    try shards.append(key: candidate.key, members: sample.members)
                    report.samples += 1
                    report.downscaled += sample.isDownscaled ? 1 : 0
                    report.sources[candidate.source ?? "unnamed", default: 0] += 1
                    for member in sample.members { report.fields[member.suffix, default: 0] += 1 }
                }
            }
            progress(PackProgress(done: start + chunk.count, total: candidates.count))
        }
        guard report.samples > 0 else {
            throw PackError.nothingLeft(path: configuration.input, drops: report.drops)
        }
        try shards.finish()
        report.shards = shards.finished
        report.bytes = shards.finished.reduce(0) { $0 + $1.bytes }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let manifest = String(decoding: try encoder.encode(report), as: UTF8.self)
        try output.write(manifest + "\n", to: PackOutput.manifestName)
        return report
    }

    private func outcomes(of candidates: [PackCandidate]) throws -> [Outcome] {
        let results = OutcomeTable(count: candidates.count)
        try ParallelLoop.run(count: candidates.count, threads: configuration.threads) { index in
            results.set(index, clean(candidates[index]))
        }
        return results.all
    }

    /// Outcomes by candidate, filled from several threads.
    private final class OutcomeTable: Sendable {
        private let outcomes: Mutex<[Outcome]>

        init(count: Int) {
            outcomes = Mutex(Array(repeating: .dropped(.missing), count: count))
        }

        func set(_ index: Int, _ outcome: Outcome) {
            outcomes.withLock { $0[index] = outcome }
        }

        var all: [Outcome] { outcomes.withLock { $0 } }
    }
}
