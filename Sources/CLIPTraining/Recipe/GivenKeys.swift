/// The keys that `--set` named.
struct GivenKeys {
    private let keys: Set<String>

    /// - Parameter overrides: Texts of the form `key.path=value`.
    init(_ overrides: [String]) {
        keys = Set(overrides.compactMap { text in text.firstIndex(of: "=").map { String(text[..<$0]) } })
    }

    init(paths: some Sequence<String>) { keys = Set(paths) }

    /// Whether a key was given, by itself, by a part of it or by what holds it.
    func contains(_ key: String) -> Bool {
        keys.contains { $0 == key || $0.hasPrefix(key + ".") || key.hasPrefix($0 + ".") }
    }

    /// Whether just this key was given, for the run or a stage.
    func names(_ key: String, stage: Int) -> Bool {
        keys.contains(key) || keys.contains("stages.\(stage).\(key)")
    }

    /// Whether a key was given of a stage, which the run's may stand for.
    func contains(_ key: String, stage: Int) -> Bool {
        contains(key) || contains("stages.\(stage).\(key)")
    }
}
