import Foundation
import Yams

/// The peak of the learning rate: a number, or one that grows with the batch.
public struct LearningRate: Equatable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// The peak at any batch, or at a batch of ``pairs``.
    public var value: Double
    /// The batch that the value belongs to, to others in proportion; nil where the batch does not matter.
    public var pairs: Int?

    /// Makes a rate.
    ///
    /// - Parameter pairs: The batch that it belongs to, 1 or more; nil for a rate at any batch.
    public init(_ value: Double, per pairs: Int? = nil) {
        self.value = value
        self.pairs = pairs
    }

    /// Makes a rate at any batch.
    public init(floatLiteral value: Double) { self.init(value) }

    /// Makes a rate at any batch.
    public init(integerLiteral value: Int) { self.init(Double(value)) }

    /// The peak for a batch of so many pairs, over all processes: value · batch / pairs.
    public func peak(batch: Int) -> Double {
        guard let pairs else { return value }
        return value * Double(batch) / Double(pairs)
    }
}

extension LearningRate: RecipeValue {
    static var expectation: String {
        "a number, optionally per a number of pairs, such as `8e-6 per 256`"
    }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> LearningRate? {
        if let value = node.plainText.flatMap(Double.init(literal:)) { return LearningRate(value) }
        let words = node.scalar?.string.split(separator: " ") ?? []
        if words.count == 3, words[1] == "per", let value = Double(literal: String(words[0])),
            let pairs = Int(literal: String(words[2])), pairs > 0
        {
            return LearningRate(value, per: pairs)
        }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node {
        guard let pairs else { return value.node }
        return .plain("\(value) per \(pairs)")
    }
}

extension RecipeCheck where Value == LearningRate {
    static var positive: Self { Self(rule: "greater than 0.0") { $0.value > 0 } }
}

extension Recipe {
    /// The peak of the learning rate at the recipe's batch.
    public var peakLearningRate: Double { optimizer.learningRate.peak(batch: batch) }

    /// The peak as a person writes it.
    var peakText: String { String(format: "%.6g", peakLearningRate) }

    /// The key of the rate with its value, and the peak that this makes where it goes by the batch.
    var describedRate: String {
        let rate = optimizer.learningRate
        let text = "optimizer.learningRate \(rate.text)"
        return rate.pairs == nil ? text : text + ", which is \(peakText) at a batch of \(batch)"
    }
}
