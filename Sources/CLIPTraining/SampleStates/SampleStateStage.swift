/// Points between which the files change, in the order in which they are passed.
///
/// A process may die at each of them: tests copy the directory there, and resume the copy.
enum SampleStateStage: Hashable, CaseIterable {
    /// `write`: old records are in the journal.
    case journalled
    /// `write`: and marked as being there.
    case marked
    /// `write`: the records are changed.
    case changed
    /// `checkpoint`: what was written is on the disk.
    case synchronized
    /// `checkpoint`: the next journal exists.
    case journalStarted
    /// `checkpoint`: the header names it.
    case intervalRecorded
    /// `checkpoint`: the bitmap is empty.
    case unmarked
    /// `prune`: a journal was removed.
    case journalPruned
    /// `resume`: the header names the step to which records are about to be rolled back.
    case rollbackStarted
    /// `resume`: one journal's records are back.
    case journalUndone
    /// `resume`: all are, and are on the disk.
    case rolledBack
    /// `resume`: a later journal was removed.
    case journalRemoved
    /// `resume`: the journal of the step is empty again.
    case journalReset
    /// `resume`: the header says that the file is open, and how long it is.
    case opened
}
