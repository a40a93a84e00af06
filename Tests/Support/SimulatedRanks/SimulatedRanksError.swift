/// Ranks that do not make the same calls in the same order.
public enum SimulatedRanksError: Error, Equatable, CustomStringConvertible {
    /// Two ranks' n-th calls differ in kind, shape or type.
    case mismatch(call: Int, rank: Int, form: String, otherRank: Int, otherForm: String)
    /// A rank ended while another waits for it.
    case ended(rank: Int, calls: Int, waiting: Int, form: String)

    /// Who called what.
    public var description: String {
        switch self {
        case .mismatch(let call, let rank, let form, let otherRank, let otherForm):
            "call \(call) of rank \(rank) is a \(form), and that of rank \(otherRank) a \(otherForm); all ranks must make "
                + "the same calls in the same order"
        case .ended(let rank, let calls, let waiting, let form):
            "rank \(rank) ended after \(calls) calls, and rank \(waiting) waits for it in a \(form); all ranks must make "
                + "the same calls"
        }
    }
}
