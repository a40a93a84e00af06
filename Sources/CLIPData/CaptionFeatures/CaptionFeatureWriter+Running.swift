import Foundation
import LocalFiles
import RemoteFiles

/// How far the making of caption features is.
public struct CaptionFeatureProgress: Sendable, Equatable {
    /// Samples of the part that are done.
    public var done: Int
    /// Samples of the part.
    public var total: Int
    /// Those of them that were done before this session.
    public var earlier: Int
    /// Captions of this session.
    public var captions: Int
    /// Seconds of this session.
    public var seconds: Double

    /// Seconds to the end at the pace of this session; nil before there is one.
    public var secondsLeft: Double? {
        let here = done - earlier
        return here > 0 ? seconds / Double(here) * Double(total - done) : nil
    }
}

extension CaptionFeatureWriter {
    /// So many samples are read to foresee the size of the file.
    private static let foreseen = 1000

    /// Writes what a provider makes, and begins or goes on with a work that says so of itself.
    func write(
        _ provider: inout some CaptionFeatureProvider,
        as header: CaptionFeatureHeader,
        stop: StopSignal?,
        progress: ((CaptionFeatureProgress) -> Void)?
    ) throws -> CaptionFeatureHeader {
        let expected = try expectedBytes()
        let work = try CaptionFeatureWork(path, header: header, note: note)
        defer { work.discardIfEmpty() }
        try checkSpace(expected - work.byteCount)
        let clock = ContinuousClock()
        let start = clock.now
        var now = CaptionFeatureProgress(
            done: 0,
            total: samples.count(plan.ordinals),
            earlier: 0,
            captions: 0,
            seconds: 0
        )
        for chunk in plan.chunks {
            let ordinals = plan.ordinals(of: chunk)
            if chunk < plan.chunks.lowerBound + work.chunks {
                now.done += samples.count(ordinals)
                now.earlier = now.done
                continue
            }
            try stop?.check()
            let samples = samples.samples(ordinals)
            let made = try provider.chunk(samples)
            try work.append(made, number: chunk)
            now.done += samples.count
            now.captions += made.captions.count
            now.seconds = (clock.now - start) / .seconds(1)
            progress?(now)
        }
        return try work.finish()
    }

    /// What the rows will take, by the captions of some samples.
    ///
    /// - Throws: ``CaptionFeatureWorkError/noCaptions(sources:samples:)`` where no sample has one; `CaptionFileError` for a side
    ///   file that fits nothing.
    private func expectedBytes() throws -> Int {
        let policy = try CaptionPolicy(sources: sources)
        var coverage = try CaptionCoverage.check(data, policy, limit: Self.foreseen)
        if coverage.isEstimate, coverage.sources.allSatisfy({ $0.texts == 0 }) {
            coverage = try CaptionCoverage.gather(data, policy)
        }
        let texts = coverage.sources.reduce(0) { $0 + $1.texts }
        guard texts > 0 else {
            throw CaptionFeatureWorkError.noCaptions(sources: sources.map(\.name), samples: data.count)
        }
        let captions = Double(texts) / Double(coverage.examined) * Double(samples.count(plan.ordinals))
        return Int(captions * Double(header.rowBytes))
    }

    private func checkSpace(_ needed: Int) throws {
        guard let free = freeBytes(FilePath.directory(of: path)), needed > free else { return }
        throw CaptionFeatureWorkError.noSpace(path: path, needed: needed, free: free)
    }

    /// What is free on a folder's disk; nil where the system does not say.
    static func freeBytes(in folder: String) -> Int? {
        var info = statvfs()
        guard statvfs(folder, &info) == 0 else { return nil }
        let (free, overflow) = UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize))
        return overflow ? nil : Int(clamping: free)
    }
}
