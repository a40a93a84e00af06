import Foundation
public import LocalFiles

/// What can go wrong with the state of samples on the disk.
public enum SampleStateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// State was to be made where some lies already.
    case exists(path: String)
    /// A run was to be resumed whose state is not there.
    case missing(path: String, step: Int)
    /// A journal without which the state of a step cannot be had.
    case missingJournal(path: String, step: Int)
    /// The records began anew at a step, with other samples.
    case forgotten(path: String, step: Int)
    /// Another process has the state open.
    case inUse(path: String)
    /// A file is not what was written.
    case damaged(path: String, reason: String)
    /// The records are not those that a checkpoint was saved with.
    case altered(path: String, step: Int)
    /// Another version of this software wrote a file.
    case format(UnreadableFormat)
    /// The records have another length.
    case otherWidth(path: String, found: Int, expected: Int)
    /// The records belong to other samples.
    case otherData(path: String, records: Int, samples: Int)
    /// The state was rolled back to an earlier step already.
    case rolledBack(path: String, to: Int, wanted: Int)
    /// So many or so long records fit no file.
    case size(count: Int, width: Int)
    /// A checkpoint out of turn.
    case order(step: Int, interval: Int)
    /// Use after `close`, or after a checkpoint that failed half way.
    case closed(path: String)
    /// A write to a state that is open for looking at only.
    case readOnly(path: String)
    /// A file could not be written or read.
    case system(operation: String, path: String, reason: String)
    /// The disk is full.
    case noSpace(path: String)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .exists(let path):
            "\(path) exists already; start the new run in an empty directory."
        case .missing(let path, let step):
            "\(path) is missing, and the checkpoint of step \(step) needs it: it holds what the objective knows of "
                + "each sample. Copy it together with all of its directory, or \(Self.fresh)."
        case .missingJournal(let path, let step):
            "\(path) is missing, without which the state of each sample cannot be rolled back to step \(step). Copy "
                + "it together with all of its directory, resume from a later checkpoint, or \(Self.fresh)."
        case .forgotten(let path, let step):
            "\(path) began anew at step \(step), with other samples: what was known of each sample until then was forgotten. "
                + "Look at a later checkpoint, or restore its directory from a copy."
        case .inUse(let path):
            "another process has \(path) open; wait for it or stop it first."
        case .damaged(let path, let reason):
            "\(path) is damaged: \(reason). Restore its directory from a copy, or \(Self.fresh)."
        case .altered(let path, let step):
            "\(path) is damaged: with its journals undone, it is not what was known of each sample after step \(step). Move the "
                + "checkpoint of step \(step) away to resume from an earlier one, restore the directory from a copy, or "
                + "\(Self.fresh)."
        case .format(let error): error.description
        case .otherWidth(let path, let found, let expected):
            "\(path) holds \(found) numbers for each sample, and the objective keeps \(expected). Resume with the "
                + "objective with which the run was started, or \(Self.fresh)."
        case .otherData(let path, let records, let samples):
            "\(path) keeps what the objective knows of \(records) samples under the numbers that they had, and the index "
                + "now numbers the data's \(samples) samples otherwise: it was made anew, or these are other data. Name the "
                + "data of the run, and new sources behind it, restore its index, \(Self.fresh), or start a new run."
        case .rolledBack(let path, let step, let wanted):
            "\(path) was rolled back to step \(step), and the checkpoint is of step \(wanted). Remove the checkpoints "
                + "after step \(step), or \(Self.fresh)."
        case .size(let count, let width):
            "the state of \(count) samples with \(width) numbers each fits no file; a sample has 1 to "
                + "\(SampleStateHeader.maximumWidth) numbers."
        case .order(let step, let interval):
            "the state of samples was to be kept for step \(step), and it has been changed after step \(interval); "
                + "steps only grow."
        case .closed(let path):
            "\(path) is closed, or a checkpoint of it failed; resume the run."
        case .readOnly(let path):
            "\(path) is open for looking at only; nothing was written."
        case .system(let operation, let path, let reason):
            "cannot \(operation) \(path): \(reason)."
        case .noSpace(let path):
            "no space left for the state of samples at \(path). Free some space, then resume."
        }
    }

    private static let fresh = "resume with --fresh-state, which forgets what is known of each sample"

    /// Refuses a file whose number this build cannot read.
    static func check(_ format: FormatVersion, _ found: UInt64, path: String) throws(SampleStateError) {
        do {
            try format.check(found, of: path, remedy: Self.fresh)
        } catch {
            throw .format(error)
        }
    }

    /// Runs a body and names what it was about where it fails.
    static func attempt<Result>(_ operation: String, _ url: URL, _ body: () throws -> Result) throws -> Result
    {
        do {
            return try body()
        } catch let error as SampleStateError {
            throw error
        } catch {
            if SystemReason.isNoSpace(error) { throw SampleStateError.noSpace(path: url.path) }
            let reason = SystemReason.text(of: error)
            throw SampleStateError.system(operation: operation, path: url.path, reason: reason)
        }
    }
}
