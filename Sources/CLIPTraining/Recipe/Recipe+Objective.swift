public import CLIPObjectives

extension Recipe {
    /// The loss.
    public struct Objective: Equatable, Sendable {
        /// Families of losses.
        public enum Kind: String, CaseIterable, Sendable {
            /// The symmetric contrastive losses: CLIP, SogCLR, FastCLIP, NeuCLIP.
            case contrastive
            /// Each pair classified alone: SigLIP.
            case sigmoid
        }

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
        /// The family.
        public var kind: Kind = .contrastive
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

extension Recipe.Objective.Kind: RecipeChoice {}
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
            .init("kind", \.kind, "`contrastive`: CLIP and its relatives; `sigmoid`: SigLIP."),
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

    func ignored(at path: String) -> [RecipeWarning] {
        let plain = Self()
        func warnings(_ keys: [(String, Bool)], _ reason: String) -> [RecipeWarning] {
            keys.filter(\.1).map { RecipeWarning(path: path.appending(key: $0.0), reason: reason) }
        }
        let isSigmoid = kind == .sigmoid
        let sigmoid = warnings(
            [
                ("normalizer", isSigmoid && normalizer != plain.normalizer),
                ("multiplyByTemperature", isSigmoid && multiplyByTemperature),
                ("textSide", isSigmoid && textSide != plain.textSide),
            ],
            "the sigmoid loss has no normalizer (`\(path).kind`)."
        )
        let estimated = !isSigmoid && normalizer != .batch
        let estimator = isSigmoid ? "kind" : "normalizer"
        let reason = "no part of the loss uses it (`\(path).\(estimator)`)."
        return sigmoid
            + warnings(
                [
                    ("epsilon", !estimated && epsilon != plain.epsilon),
                    (
                        "innerRate",
                        (isSigmoid || normalizer != .movingAverage) && innerRate != plain.innerRate
                    ),
                    ("network", (isSigmoid || normalizer != .network) && network != plain.network),
                    ("initialBias", !isSigmoid && initialBias != plain.initialBias),
                ],
                reason
            )
    }
}
