import CLIPModels
public import Foundation
import LocalFiles

extension CheckpointStore {
    /// Writes a checkpoint; it appears whole or not at all.
    ///
    /// The files go into `.step-N.partial`, are flushed, described in a manifest with their SHA-256 sums, and
    /// the directory is renamed. Throws `RunDirectoryError.noSpace` or `.checkpointFailed`; earlier checkpoints
    /// stay as they are. An intact checkpoint of the same position is returned as it is.
    ///
    /// - Parameters:
    ///   - position: Stored as `state.json`; its step names the checkpoint.
    ///   - contents: Writes all other files into the directory that it is given.
    @discardableResult
    public func write(_ position: TrainingPosition, contents: (URL) throws -> Void) throws -> Checkpoint {
        let step = position.step
        let target = Checkpoint(url: directory.appending(path: "step-\(step)"), step: step)
        if FileManager.default.fileExists(atPath: target.url.path) {
            // An intact one is never given up for one that is still to be written; a damaged one makes room.
            do {
                try target.verify()
                guard try target.position().isSamePlace(as: position) else {
                    throw RunDirectoryError.checkpointExists(path: target.url.path)
                }
                return target
            } catch RunDirectoryError.damaged {
                try remove(target.url)
            }
        }
        let part = directory.appending(path: ".step-\(step).partial")
        do {
            try? FileManager.default.removeItem(at: part)
            try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
            try contents(part)
            try Self.encoded(position).write(to: part.appending(path: Checkpoint.stateName))
            try Self.encoded(CheckpointManifest(of: part)).write(
                to: part.appending(path: CheckpointManifest.name)
            )
            for path in try CheckpointManifest.paths(below: part) {
                try DurableFile.synchronize(part.appending(path: path))
            }
            try DurableFile.synchronize(part)
            try DurableFile.rename(part, to: target.url)
            return target
        } catch {
            try? FileManager.default.removeItem(at: part)
            throw failure(error, step: step, path: target.url.path)
        }
    }

    private func failure(_ error: any Error, step: Int, path: String) -> RunDirectoryError {
        let previous = try? newestValid()?.step
        if SystemReason.isNoSpace(error) { return .noSpace(step: step, path: path, previous: previous) }
        var reason = SystemReason.text(of: error)
        if SystemReason.isTooLarge(error) {
            reason += " (the limit for the size of a file; 'ulimit -f' shows and raises it)"
        }
        return .checkpointFailed(step: step, path: path, reason: reason, previous: previous)
    }

    private static func encoded(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}
