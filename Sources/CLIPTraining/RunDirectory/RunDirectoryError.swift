/// What can go wrong with a run directory.
public enum RunDirectoryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A new run was to start where files lie already.
    case notEmpty(path: String, hasCheckpoint: Bool)
    /// A run was to be resumed where none is.
    case notARun(path: String, missing: String)
    /// A checkpoint was named where a run was meant; `steps` are those of all checkpoints of that run.
    case isCheckpoint(path: String, run: String, step: Int?, steps: [Int])
    /// Another process writes to the run.
    case inUse(path: String, owner: String)
    /// A file or directory could not be written or read.
    case system(operation: String, path: String, reason: String)
    /// The disk was full while a checkpoint was written.
    case noSpace(step: Int, path: String, previous: Int?)
    /// A checkpoint could not be written for another reason.
    case checkpointFailed(step: Int, path: String, reason: String, previous: Int?)
    /// A checkpoint is not what its manifest says.
    case damaged(path: String, reason: String)
    /// A file of the run that cannot be read.
    case unreadable(path: String)
    /// A checkpoint of this step exists already.
    case checkpointExists(path: String)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .notEmpty(let path, let hasCheckpoint):
            let advice = hasCheckpoint ? "resume it with --resume \(path), or name" : "name"
            return "\(path) is not empty; \(advice) another directory for the new run."
        case .notARun(let path, let missing):
            return "\(path) is not a run directory: it has no \(missing)."
        case .isCheckpoint(let path, let run, let step, let steps):
            let newest = steps.max().map { ", of step \($0)" } ?? ""
            let newer = steps.filter { $0 > step ?? .max }.map { "step-\($0)" }
            let back =
                newer.isEmpty
                ? ""
                : " To go back to step \(step ?? 0), move \(newer.joined(separator: ", ")) out of \(run)/checkpoints first; "
                    + "the run then forgets what came after step \(step ?? 0), so copy it if you want both."
            return
                "\(path) belongs to the checkpoints of a run, and a run goes on as a whole: --resume \(run) does, from its newest "
                + "checkpoint\(newest).\(back)"
        case .inUse(let path, let owner):
            return "another process (\(owner)) is writing to the run \(path); wait for it or stop it first."
        case .system(let operation, let path, let reason):
            return "cannot \(operation) \(path): \(reason)."
        case .noSpace(let step, let path, let previous):
            return "no space left for the checkpoint of step \(step) at \(path). \(Self.kept(previous)) "
                + (previous == nil
                    ? "Free some space, then start again in a new directory."
                    : "Free some space, then resume.")
        case .checkpointFailed(let step, let path, let reason, let previous):
            return
                "the checkpoint of step \(step) at \(path) was not written: \(reason). \(Self.kept(previous))"
        case .damaged(let path, let reason):
            return "the checkpoint \(path) is damaged: \(reason)."
        case .unreadable(let path):
            return
                "\(path) is not a JSON object with a number under `format`; restore it from a copy, or remove it if the run "
                + "is older than that file."
        case .checkpointExists(let path):
            return "\(path) is an intact checkpoint of another position; it is not overwritten."
        }
    }

    private static func kept(_ previous: Int?) -> String {
        previous.map { "The checkpoint of step \($0) is untouched." } ?? "There is no earlier checkpoint."
    }
}
