import Synchronization

/// Counts the texts that a tagger was to read, and those that it cannot: their letters are mostly not Latin.
public final class TextReductionTally: Sendable {
    private let read = Atomic(0)
    private let foreign = Atomic(0)
    private let wasTold = Atomic(false)

    /// Starts at zero.
    public init() {}

    /// Texts that were truncated, as the tagger cannot read them.
    public var unreadable: Int { foreign.load(ordering: .relaxed) }

    /// What there is to say of them: once, and only where there are any.
    public func notice() -> String? {
        let (cut, all) = (unreadable, read.load(ordering: .relaxed))
        guard cut > 0, wasTold.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
        else { return nil }
        return
            "note: \(cut) of \(all) long captions so far are mostly in non-Latin scripts; the tagger reads English only, so they "
            + "are truncated"
    }

    func canRead(_ words: CaptionWords) -> Bool {
        read.add(1, ordering: .relaxed)
        guard LetterScript.isMostlyForeign(words.codes) else { return true }
        foreign.add(1, ordering: .relaxed)
        return false
    }
}
