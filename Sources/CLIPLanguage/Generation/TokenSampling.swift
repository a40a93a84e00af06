import Foundation
import LocalFiles

/// How the next token is chosen.
public struct TokenSampling: Sendable, Equatable {
    /// Divides the logits; 0 for the likeliest token.
    public var temperature = 0.0
    /// Only the likeliest tokens that together have this share are drawn from.
    public var topP = 1.0
    /// Keys the draws, with the number of the text and of the new token.
    public var seed: UInt64 = 0

    /// The likeliest token.
    public init() {}

    /// Draws by likelihood.
    public init(temperature: Double, topP: Double = 1, seed: UInt64) {
        self.temperature = temperature
        self.topP = topP
        self.seed = seed
    }

    /// The token that is drawn for these logits; a function of them, the text's own number and the number of the token.
    func token(_ logits: some Collection<Float>, text: UInt64, position: Int) -> Int32 {
        let highest = Double(logits.max() ?? 0)
        var likely = logits.enumerated().map { (id: $0, share: exp((Double($1) - highest) / temperature)) }
        if topP < 1 {
            likely.sort { ($1.share, $0.id) < ($0.share, $1.id) }
            let limit = topP * likely.reduce(0) { $0 + $1.share }
            var sum = 0.0
            // The one that reaches the share is drawn from, too.
            let end =
                likely.firstIndex {
                    sum += $0.share; return sum >= limit
                } ?? likely.count - 1
            likely.removeSubrange((end + 1)...)
        }
        var rest = draw(text: text, position: position) * likely.reduce(0) { $0 + $1.share }
        for (id, share) in likely {
            rest -= share
            if rest < 0 { return Int32(id) }
        }
        return Int32(likely.last { $0.share > 0 }?.id ?? 0)
    }

    /// A number in `0 ..< 1`.
    private func draw(text: UInt64, position: Int) -> Double {
        let word = withUnsafeBytes(of: (text.littleEndian, UInt64(position).littleEndian)) {
            ContentHash.of($0, seed: seed)
        }
        return Double(word >> 11) * 0x1p-53
    }
}
