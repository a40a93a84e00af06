public import CLIPData
public import Foundation
import LocalFiles

/// `states/` in a run directory: what an objective knows of each sample, across checkpoints and crashes.
///
/// | file | holds |
/// |---|---|
/// | `live.bin` | a header and `count · width` float32, sparse: what was never written is zero and takes no space |
/// | `journal-N.bin` | the old records of the samples that changed after step N, from one checkpoint to the next |
/// | `journalled.bits` | which samples the running journal has; made anew with each session and each checkpoint |
///
/// ## What a trainer calls
///
/// ```swift
/// let directory = SampleStateDirectory(run: run.url)
/// // 1. Once, at the start of a run or of a session; the warnings are for people.
/// let states = try directory.create(width: 2, numbering: data)
/// let states = try directory.resume(width: 2, numbering: data, step: checkpoint.step)
/// // 2. Before each checkpoint is written, between two steps.
/// try states.checkpoint(step: position.step)
/// saved = try run.checkpoints.write(position) { … }
/// // 3. After the checkpoints were pruned.
/// try run.checkpoints.prune(keep: keep)
/// try states.prune(keeping: run.checkpoints.checkpoints().map(\.step))
/// // 4. At the end of the session.
/// try states.close()
/// ```
///
/// ## The protocol
///
/// One rule holds at every moment: *for each N for which there is a journal, undoing all journals from N on, the newest
/// first and each from its end, gives the state after step N.* A process that is killed leaves all that it wrote, in
/// the order in which it wrote, so that each change keeps the rule by its order:
///
/// - **A write** appends the old records of samples that the running journal does not have yet, with one call; then
///   sets their bits; then changes the live file. Killed in the append, records without a change are undone to what
///   they are, and a torn last one is none. Killed before the bits, nothing: a resume starts with no bits, and a record
///   that comes twice has the same content.
/// - **A checkpoint** of step N makes `journal-N.bin`, empty and whole (written beside it and renamed), *before*
///   `checkpoints/step-N` appears. It says that the state now is the state of step N, which is true whether the
///   checkpoint comes to be or not. Killed between the two, the run resumes at an older step and undoes this journal
///   too, which is empty. So no marker is needed, and a checkpoint never exists without its journal.
/// - **Pruning** removes the oldest journals first, after their checkpoints.
/// - **A resume** at step N opens and checks everything, and writes N into the header. Then it undoes the journals;
///   when the live file is on the disk, it removes the later ones, the newest first, and empties `journal-N.bin`. Killed
///   anywhere, a second resume at N undoes what is left of them again, with the same result. A resume at a later step
///   is refused from then on: what would be needed is gone.
///
/// Each journal also holds a digest of all records as they were at its start (``RecordDigest``), which a session keeps up to
/// date with each write. A resume computes what it would get before it changes anything, and refuses what is not that.
///
/// After a power failure, pages may have reached the disk in any order since the last checkpoint. The header tells
/// which start of the system had the file open; where the digest differs then, too, the run goes on, and
/// ``SampleStateWarning/mayBeMixed(path:session:)`` says so.
///
/// The whole directory belongs to the run: a copy of a run without it cannot be resumed, except with `fresh` state.
public struct SampleStateDirectory {
    /// The directory.
    public let url: URL
    /// Which start of the system this is.
    var boot = BootIdentity.current()
    /// Called at points between which the files change.
    var onStage: (SampleStateStage) throws -> Void = { _ in }

    /// The state of a run's samples; nothing is opened or made.
    public init(run: URL) { url = run.appending(path: "states") }

    /// The state in a directory of its own; nothing is opened or made.
    init(url: URL) { self.url = url }

    var liveFile: URL { url.appending(path: "live.bin") }
    var bitmap: URL { url.appending(path: "journalled.bits") }

    func journal(_ step: Int) -> URL { url.appending(path: "journal-\(step).bin") }

    /// Makes the state of a new run: zeros for every sample, which take no space.
    ///
    /// - Parameters:
    ///   - width: Numbers for each sample.
    ///   - numbering: The data's ordinals.
    ///   - step: Steps that were done already.
    /// - Throws: `SampleStateError`.
    public func create(width: Int, numbering: some SampleNumbering, step: Int = 0) throws
        -> StoredSampleStates
    {
        let count = numbering.ordinalCount
        guard SampleStateHeader.fileBytes(width: width, count: count) != nil else {
            throw SampleStateError.size(count: count, width: width)
        }
        guard !FileManager.default.fileExists(atPath: liveFile.path) else {
            throw SampleStateError.exists(path: liveFile.path)
        }
        try SampleStateError.attempt("make", url) {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try DurableFile.synchronize(url.deletingLastPathComponent())
        }
        let header = SampleStateHeader(
            width: width,
            count: count,
            fingerprint: DataFingerprint(numbering, count: count),
            identity: .random(in: 0...UInt64.max),
            interval: step,
            isOpen: true,
            boot: boot
        )
        if let damage = numbering.damage { throw damage }
        // The live file comes last: where it lies, its journal does.
        let journal = try JournalWriter(
            creating: journal(step),
            header: JournalHeader(
                width: width,
                start: step,
                identity: header.identity,
                digest: RecordDigest()
            )
        )
        let live = try LiveRecords(creating: liveFile, header: header)
        return try StoredSampleStates(self, live: live, journal: journal, digest: RecordDigest())
    }
}
