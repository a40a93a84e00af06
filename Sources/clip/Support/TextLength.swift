import ArgumentParser
import CLIPModels

/// The bounds of options that say how many tokens a text may have: the same for all commands, and those of recipes.
enum TextLength {
    /// Refuses a number that leaves no token between start and end.
    static func check(_ option: String, _ count: Int?) throws(ValidationError) {
        guard let count, count < TextKind.shortestContext else { return }
        throw ValidationError("\(option) is \(count); expected \(TextKind.shortestContext) or more.")
    }

    /// Refuses more tokens than the named model takes.
    static func check(_ option: String, _ count: Int?, model limit: Int?) throws(ValidationError) {
        guard let count, let limit, count > limit else { return }
        throw ValidationError(
            "\(option) is \(count), and the model takes \(limit) tokens; give at most \(limit)."
        )
    }
}
