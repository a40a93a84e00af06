import CLIPData
import Yams

/// Means or standard deviations of red, green and blue, for values in 0…1.
public enum ChannelStatistics: Equatable, Sendable {
    /// Statistics known by name.
    case preset(Preset)
    /// Values for red, green and blue.
    case custom(Double, Double, Double)

    /// The statistics that published models use.
    public enum Preset: String, CaseIterable, Sendable {
        /// Those of OpenAI's CLIP.
        case openai
        /// Those of ImageNet.
        case imagenet
        /// One half for each, which maps 0…1 to -1…1.
        case inception

        /// The mean of red, green and blue.
        public var mean: [Double] { normalization.mean }

        /// The standard deviation of red, green and blue.
        public var std: [Double] { normalization.std }

        private var normalization: Normalization {
            switch self {
            case .openai: .openAI
            case .imagenet: .imageNet
            case .inception: .half
            }
        }
    }

    /// The three values, with a choice of the statistic for a preset.
    func values(of preset: (Preset) -> [Double]) -> [Double] {
        switch self {
        case .preset(let known): preset(known)
        case .custom(let red, let green, let blue): [red, green, blue]
        }
    }
}

extension ChannelStatistics.Preset: RecipeChoice {}

extension ChannelStatistics: RecipeValue {
    static var expectation: String { "\(Preset.expectation), or a list of three numbers" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> ChannelStatistics? {
        if case .sequence(let sequence) = node {
            let values = sequence.compactMap { $0.plainText.flatMap(Double.init) }.filter(\.isFinite)
            if values.count == 3, sequence.count == 3 { return .custom(values[0], values[1], values[2]) }
        } else if case .scalar(let scalar) = node, let preset = Preset(rawValue: scalar.string) {
            return .preset(preset)
        }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node {
        switch self {
        case .preset(let known): known.node
        case .custom(let red, let green, let blue): [red, green, blue].node
        }
    }
}
