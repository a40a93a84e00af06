public import Foundation
import LocalFiles

/// The checkpoints of a run: `checkpoints/step-N/`, each complete or not there.
public struct CheckpointStore: Equatable, Sendable {
    /// The directory that holds one directory for each checkpoint.
    public let directory: URL

    /// The checkpoints of a run directory; reading them needs no lock.
    public init(run: URL) {
        directory = run.appending(path: "checkpoints")
    }

    /// All checkpoints, from old to new; none of them is read.
    public func checkpoints() throws -> [Checkpoint] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        } catch {
            throw RunDirectoryError.system(
                operation: "list",
                path: directory.path,
                reason: SystemReason.text(of: error)
            )
        }
        return names.compactMap { name in
            guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), step >= 0 else { return nil }
            return Checkpoint(url: directory.appending(path: name), step: step)
        }.sorted { $0.step < $1.step }
    }

    /// The newest checkpoint that is undamaged, or nil where there is none.
    ///
    /// Throws `UnreadableFormat` for one that a newer version wrote: it is not damaged, and is not passed over.
    ///
    /// - Parameter report: Called with each damaged checkpoint that was passed over.
    public func newestValid(report: (RunDirectoryError) -> Void = { _ in }) throws -> Checkpoint? {
        for checkpoint in try checkpoints().reversed() {
            do {
                try checkpoint.verify()
                return checkpoint
            } catch let error as RunDirectoryError {
                report(error)
            }
        }
        return nil
    }

    /// Removes all but the newest checkpoints.
    ///
    /// Damaged ones do not count as kept, and the newest undamaged one always stays.
    public func prune(keep: Int) throws {
        let all = try checkpoints()
        guard all.count > keep else { return }
        // Only a checkpoint that can be read entitles older ones to go. Reading takes time, so that the others
        // that stay are only measured.
        var kept = 0
        for checkpoint in all.reversed() {
            if kept >= max(keep, 1) {
                try remove(checkpoint.url)
            } else if (try? checkpoint.verify(checksums: kept == 0)) != nil {
                kept += 1
            }
        }
    }

    /// Removes what interrupted writes left.
    func removePartial() throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".partial") {
            try remove(directory.appending(path: name))
        }
    }

    func remove(_ url: URL) throws {
        do {
            // The name goes first, so that half a checkpoint is never found under it.
            let doomed = directory.appending(path: ".\(url.lastPathComponent).removed.partial")
            try? FileManager.default.removeItem(at: doomed)
            try FileManager.default.moveItem(at: url, to: doomed)
            try FileManager.default.removeItem(at: doomed)
        } catch {
            throw RunDirectoryError.system(
                operation: "remove",
                path: url.path,
                reason: SystemReason.text(of: error)
            )
        }
    }
}
