public import CLIPLanguage
import Foundation
public import Torch

/// Measures how many captions a language model turns into vectors in a second.
public struct SentenceBenchmark {
    /// The captions of a round.
    public var captions: [String]
    /// The language model with its tokenizer.
    public var encoder: SentenceEncoder
    /// The most tokens in one pass.
    public var tokensAtATime: Int
    /// Rounds, of which the best counts.
    public var rounds: Int

    /// Describes a benchmark.
    public init(captions: [String], encoder: SentenceEncoder, tokensAtATime: Int = 4096, rounds: Int = 3) {
        self.captions = captions
        self.encoder = encoder
        self.tokensAtATime = tokensAtATime
        self.rounds = rounds
    }

    /// Makes the vectors once to warm up, then `rounds` times, tokenizing included.
    ///
    /// - Returns: The figures, and the vectors float32 `[N, W]`.
    /// - Throws: ``BenchmarkError`` for settings out of range, and the model's errors.
    public func run() throws -> (report: SentenceBenchmarkReport, vectors: Tensor) {
        try BenchmarkError.check("the number of rounds", rounds, 1...1 << 20)
        try BenchmarkError.check("the number of tokens in a pass", tokensAtATime, 1...1 << 24)
        guard !captions.isEmpty else { throw BenchmarkError.noCaptions }
        let vectors = try encoder.vectors(of: captions, tokensAtATime: tokensAtATime)
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            _ = try encoder.vectors(of: captions, tokensAtATime: tokensAtATime)
            best = min(best, (ContinuousClock.now - start) / .seconds(1))
        }
        let tokens = captions.reduce(0) { $0 + encoder.encode($1).ids.count }
        let report = SentenceBenchmarkReport(
            captions: captions.count,
            tokens: tokens,
            captionsPerSecond: Double(captions.count) / best,
            tokensPerSecond: Double(tokens) / best,
            precision: encoder.model.computeType.rawValue,
            device: encoder.model.device.description,
            threads: Runtime.threadCount
        )
        return (report, vectors)
    }
}

/// What a benchmark of sentence vectors measured.
public struct SentenceBenchmarkReport: Codable, Equatable, Sendable {
    /// Captions of a round.
    public var captions: Int
    /// Their tokens, with all that stands around them.
    public var tokens: Int
    /// Speeds of the best round.
    public var captionsPerSecond, tokensPerSecond: Double
    /// What most of the model computes in.
    public var precision: String
    /// Where.
    public var device: String
    /// Threads of tensor operations.
    public var threads: Int

    enum CodingKeys: String, CodingKey {
        case captions, tokens, precision, device, threads
        case captionsPerSecond = "captions_per_second"
        case tokensPerSecond = "tokens_per_second"
    }
}
