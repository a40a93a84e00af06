/// What a loss remembers from batch to batch; decides whether another loss can take it over.
public struct ObjectiveMemory: Equatable, Sendable {
    /// What each number of a sample's record is; empty where the loss keeps nothing of each sample.
    public var sampleNumbers: [String]
    /// What else it learned, in words, such as `1,024 prototypes`; nil for nothing.
    public var learned: String?

    /// Describes a memory; without arguments, of nothing.
    public init(sampleNumbers: [String] = [], learned: String? = nil) {
        self.sampleNumbers = sampleNumbers
        self.learned = learned
    }

    /// Whether the loss remembers nothing.
    public var isEmpty: Bool { sampleNumbers.isEmpty && learned == nil }

    /// Whether what another loss remembers can be taken over.
    func canHold(_ other: ObjectiveMemory) -> Bool { other.isEmpty || other == self }

    /// The memory in words.
    var text: String {
        guard !isEmpty else { return "nothing" }
        let samples = sampleNumbers.isEmpty ? nil : "\(sampleNumbers.joined(separator: ", ")) of each sample"
        return [learned, samples].compactMap(\.self).joined(separator: ", and ")
    }
}
