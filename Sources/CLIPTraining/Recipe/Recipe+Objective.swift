public import CLIPObjectives
import Yams

extension Recipe {
    /// The loss.
    public struct Objective: Equatable, Sendable {
        /// Who estimates the normalizer of the softmax.
        public enum Normalizer: String, CaseIterable, Sendable {
            /// The batch itself, as in CLIP.
            case batch
            /// A moving average for each sample, as in SogCLR and FastCLIP.
            case movingAverage
            /// A small network, as in NeuCLIP.
            case network
        }

        /// The published method whose settings are the defaults; nil for none.
        public var preset: ObjectivePreset?
        /// The family of losses, with settings of its own.
        public var kind: ObjectiveKind = .contrastive
        /// Who estimates the normalizer.
        public var normalizer: Normalizer = .batch
        /// Added to estimated normalizers.
        public var epsilon = 1e-14
        /// Whether the loss is multiplied by the temperature.
        public var multiplyByTemperature = false
        /// How moving averages follow the batches.
        public var innerRate = InnerRate()
        /// The network of normalizers.
        public var network = Network()
        /// First value of the sigmoid loss's bias.
        public var initialBias = -10.0
        /// Whose losses count when an image has several captions.
        public var textSide: ContrastiveObjective.TextSide = .averaged
        /// Whether pairs with equal captions are left out of each other's negatives.
        public var maskEqualCaptions = false
        /// Memory that similarities may take before they are computed in pieces.
        public var workspace = ByteCount(bytes: 256 << 20)

        /// Makes the loss of CLIP.
        public init() {}
    }
}

extension Recipe.Objective.Normalizer: RecipeChoice {}
extension ContrastiveObjective.TextSide: RecipeChoice {}

extension Recipe.Objective: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "preset",
                \.preset,
                "A published method, whose settings become the defaults of `objective` and `temperature`; what the recipe "
                    + "says itself wins."
            ),
            .init(
                "kind",
                \.kind,
                "`contrastive`: CLIP and its relatives; `sigmoid`: SigLIP; `captionContrastive`: pairs of captions of a "
                    + "language model (see [caption tuning](caption-tuning.md))."
            ),
            .init(
                "normalizer",
                \.normalizer,
                "Who estimates the softmax normalizers: the `batch`, as in CLIP; a `movingAverage` for each sample, as in "
                    + "SogCLR and FastCLIP; or a small `network`, as in NeuCLIP."
            ),
            .init(
                "epsilon",
                \.epsilon,
                "Added to normalizers that a moving average or a network estimates; 1e-14 is FastCLIP's, 1e-6 for very large data.",
                .within(0...1),
                aliases: ["eps"]
            ),
            .init(
                "multiplyByTemperature",
                \.multiplyByTemperature,
                "Multiply the loss by the temperature, as FastCLIP-v3 and NeuCLIP do.",
                aliases: ["multiply_tau"]
            ),
            .init("innerRate", \.innerRate, "How moving averages follow the batches.", aliases: ["gamma"]),
            .init("network", \.network, "Settings of `normalizer: network` (NeuCLIP)."),
            .init("initialBias", \.initialBias, "First value of the sigmoid loss's bias."),
            .init(
                "textSide",
                \.textSide,
                "With several captions per image (experimental): all captions look for their image (`averaged`), or only "
                    + "the first (`single`)."
            ),
            .init(
                "maskEqualCaptions",
                \.maskEqualCaptions,
                "Leave pairs with equal captions out of each other's negatives."
            ),
            .init(
                "workspace",
                \.workspace,
                "Memory that similarities may take before they are computed in pieces."
            ),
        ]
    }

    mutating func decodeRest(
        _ rest: [(key: Node, value: Node)],
        at path: String,
        _ decoder: RecipeDecoder
    ) -> [(key: Node, value: Node)] {
        var unknown: [(key: Node, value: Node)] = []
        for (key, value) in rest {
            let name = key.scalar?.string ?? ""
            let place = path.appending(key: name)
            guard let owner = decoder.objectives[name], owner.hasSettings else {
                unknown.append((key, value))
                continue
            }
            decoder.note(value.isNull ? key : value, at: place)
            if name != kind.name {
                let reason =
                    "these are settings of the loss `\(name)`, and the loss is `\(kind.name)`; set `\(path).kind` to "
                    + "`\(name)`, or leave them out."
                decoder.report(.conflict(reason: reason), at: place)
            } else if let own = kind.decodingOwn(value, at: place, decoder) {
                kind = own
            }
        }
        return unknown
    }

    var restNodes: [(Node, Node)] { kind.ownNode.map { [(Node.text(kind.name), $0)] } ?? [] }

    func conflicts(at path: String) -> [RecipeProblem] {
        kind.ownProblems(at: path.appending(key: kind.name))
    }

    func ignored(at path: String) -> [RecipeWarning] {
        kind.ownWarnings(at: path.appending(key: kind.name))
    }
}
