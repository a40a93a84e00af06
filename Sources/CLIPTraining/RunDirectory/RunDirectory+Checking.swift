import Foundation

extension RunDirectory {
    /// Refuses what is no run, or one that this build cannot read; changes nothing.
    ///
    /// Throws `RunDirectoryError.notARun` or `.isCheckpoint`; `UnreadableFormat`.
    static func check(_ url: URL) throws {
        if let found = checkpoint(at: url) { throw found }
        guard exists(url.appending(path: Name.recipe)) else {
            throw RunDirectoryError.notARun(path: url.path, missing: Name.recipe)
        }
        try RunFormat.check(url)
    }

    /// Refuses a run that another process writes to; changes nothing, and holds no lock afterwards.
    ///
    /// Throws `RunDirectoryError.inUse`.
    static func checkIsUnused(_ url: URL) throws {
        try RunLock.check(url.appending(path: Name.lock), run: url.path)
    }

    /// What to say of a path that leads into the checkpoints of a run; nil for any other.
    private static func checkpoint(at url: URL) -> RunDirectoryError? {
        // A run may lie in a folder of that name.
        guard !exists(url.appending(path: "checkpoints")) else { return nil }
        var (place, step) = (url.standardizedFileURL, Int?.none)
        // `checkpoints/step-N/model` is as deep as it goes.
        for _ in 0..<3 {
            let (name, parent) = (place.lastPathComponent, place.deletingLastPathComponent())
            if name == "checkpoints", exists(parent.appending(path: Name.recipe)) {
                let steps = ((try? CheckpointStore(run: parent).checkpoints()) ?? []).map(\.step)
                return .isCheckpoint(path: url.path, run: parent.path, step: step, steps: steps)
            }
            step = name.hasPrefix("step-") ? Int(name.dropFirst(5)) : nil
            place = parent
        }
        return nil
    }

    private static func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
}
