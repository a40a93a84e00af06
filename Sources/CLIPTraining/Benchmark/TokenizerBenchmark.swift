public import CLIPText
import Foundation

/// Measures how many captions the tokenizer takes in a second, warm, on one thread.
public struct TokenizerBenchmark {
    /// The captions of a round.
    public var captions: [String]
    /// Rounds, of which the best counts.
    public var rounds: Int
    /// The tokenizer.
    public var tokenizer: any TextTokenizer

    /// Describes a benchmark.
    public init(captions: [String], rounds: Int = 5, tokenizer: any TextTokenizer) {
        self.captions = captions
        self.rounds = rounds
        self.tokenizer = tokenizer
    }

    /// Tokenizes everything once to warm up, then `rounds` times.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range.
    public func run() throws -> TokenizerBenchmarkReport {
        try BenchmarkError.check("the number of rounds", rounds, 1...1 << 20)
        guard !captions.isEmpty else { throw BenchmarkError.noCaptions }
        let tokens = captions.reduce(0) { $0 + tokenizer.encode($1).count }
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = Self.processorSeconds
            var count = 0
            for caption in captions { count += tokenizer.encode(caption).count }
            // Equal work in every round, and a use of the result.
            precondition(count == tokens, "a round made \(count) tokens, the first one \(tokens)")
            best = min(best, Self.processorSeconds - start)
        }
        return TokenizerBenchmarkReport(
            captions: captions.count,
            tokens: tokens,
            captionsPerSecond: Double(captions.count) / max(best, 1e-9)
        )
    }

    /// Time that this process has had on processors.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// What a tokenizer benchmark measured.
public struct TokenizerBenchmarkReport: Codable, Equatable, Sendable {
    /// Captions of a round.
    public var captions: Int
    /// Tokens of a round, without start and end.
    public var tokens: Int
    /// Captions in a second of processor time, in the best round.
    public var captionsPerSecond: Double

    enum CodingKeys: String, CodingKey {
        case captions, tokens
        case captionsPerSecond = "captions_per_second"
    }
}
