import CLIPData
import CLIPObjectives
import Foundation

/// The state of samples as it was at a checkpoint, for looking at only; nothing on the disk changes.
final class SampleStateView: SampleStates {
    private let live: LiveRecords
    /// Records that changed since the checkpoint, as they were.
    private var old: [Int64: [Float]] = [:]

    var width: Int { live.header.width }
    var count: Int { live.header.count }

    /// Opens the state of a run at the checkpoint of a step.
    ///
    /// Throws `SampleStateError`, also where a run is using it.
    ///
    /// - Parameter numbering: The data's ordinals, to be compared with those of the state where there are as many.
    init(
        _ directory: SampleStateDirectory,
        width: Int,
        step: Int,
        numbering: (any SampleNumbering)? = nil
    ) throws {
        guard FileManager.default.fileExists(atPath: directory.liveFile.path) else {
            throw SampleStateError.missing(path: directory.liveFile.path, step: step)
        }
        live = try LiveRecords(opening: directory.liveFile)
        guard live.header.width == width else {
            throw SampleStateError.otherWidth(
                path: directory.liveFile.path,
                found: live.header.width,
                expected: width
            )
        }
        // Whether they lead back at all comes first: records that began anew since are no sign of altered data.
        let journals = try directory.chain(from: step, of: live.header)
        let digest = try directory.digest(of: live, undoing: journals, isMixed: false)
        let (count, fingerprint) = (live.header.count, live.header.fingerprint)
        if let numbering, numbering.ordinalCount >= count,
            DataFingerprint(numbering, count: count) != fingerprint
        {
            guard digest != RecordDigest() else {
                throw SampleStateError.forgotten(path: directory.liveFile.path, step: step)
            }
            throw SampleStateError.otherData(
                path: directory.liveFile.path,
                records: count,
                samples: numbering.ordinalCount
            )
        }
        if let expected = journals[0].header.digest, digest != expected {
            throw SampleStateError.altered(path: directory.liveFile.path, step: step)
        }
        for journal in journals.reversed() {
            try journal.undo { values, ordinal in old[ordinal] = Array(values.bindMemory(to: Float.self)) }
        }
    }

    func read(_ ordinals: [Int64]) throws -> [Float] {
        try ordinals.flatMap { ordinal in
            guard (0..<Int64(count)).contains(ordinal) else {
                throw ObjectiveError.unknownSample(ordinal: ordinal, count: count)
            }
            if let record = old[ordinal] { return record }
            var record = [Float](repeating: 0, count: width)
            try record.withUnsafeMutableBytes { try live.read(into: $0, from: ordinal) }
            return record
        }
    }

    func write(_ values: [Float], at ordinals: [Int64]) throws {
        throw SampleStateError.readOnly(path: live.url.path)
    }
}
