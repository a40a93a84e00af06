/// What a person should know of the state of samples with which a run goes on.
public enum SampleStateWarning: Equatable, Sendable, CustomStringConvertible {
    /// The system went down while the state was open, so that pages of different times may have reached the disk.
    case mayBeMixed(path: String, session: Int)
    /// Samples were appended to the data.
    case extended(from: Int, to: Int)

    /// What happened, and what it means.
    public var description: String {
        switch self {
        case .mayBeMixed(let path, let session):
            "\(path) was open (session \(session)) when the system went down, or was copied from a running one: some "
                + "samples may have the state of another step. The run goes on, and is not the same to the bit"
        case .extended(let old, let new):
            "the index has numbered \(new) samples by now, \(old) when the state was written; those that are new start without state"
        }
    }
}
