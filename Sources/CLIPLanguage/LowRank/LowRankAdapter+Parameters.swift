public import Torch
public import TorchNN

extension LowRankAdapter {
    /// Makes an adapter of trained parameters, under the names that PEFT gives them.
    ///
    /// A store with `.initialize(seed:)` draws `A` uniformly from ±1/√in, by the seed and the name, and sets `B` to zero: the model
    /// is then what it was. A store with `.tensors(adapter.tensors)` goes on from another adapter.
    ///
    /// - Throws: ``LowRankError`` for targets that the model does not have, and what the store throws.
    public init(
        _ path: ParameterPath,
        for configuration: LanguageModelConfiguration,
        options: Options = Options()
    ) throws {
        let parts = LanguageModelConfiguration.projectionParts
        guard options.rank > 0 else {
            throw LowRankError(
                "",
                .setting(key: "r", found: "\(options.rank)", expected: "a whole number from 1")
            )
        }
        guard !options.targets.isEmpty, options.targets.allSatisfy(parts.contains) else {
            throw LowRankError(
                "",
                .setting(
                    key: "target_modules",
                    found: "\(options.targets)",
                    expected: "some of \(parts.joined(separator: ", "))"
                )
            )
        }
        var pairs: [String: Pair] = [:]
        for projection in configuration.projections where options.targets.contains(projection.part) {
            pairs[projection.name] = Pair(
                down: try path.parameter(
                    Self.key(projection.name, .down),
                    shape: [options.rank, projection.input],
                    .linearUniform(fanIn: projection.input)
                ),
                up: try path.parameter(
                    Self.key(projection.name, .up),
                    shape: [projection.output, options.rank],
                    .zeros
                )
            )
        }
        self.init(options: options, pairs: pairs)
        blockCount = configuration.layers
    }

    /// Which matrix of a pair.
    enum Side: String {
        case down = "lora_A"
        case up = "lora_B"
    }

    /// The name of a matrix in PEFT's files.
    static func key(_ projection: String, _ side: Side) -> String {
        "base_model.model.\(projection).\(side.rawValue).weight"
    }

    /// The matrices by their names in PEFT's files.
    public var tensors: [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for (name, pair) in pairs {
            tensors[Self.key(name, .down)] = pair.down
            tensors[Self.key(name, .up)] = pair.up
        }
        return tensors
    }

    /// The number of values of all matrices.
    public var parameterCount: Int { pairs.values.reduce(0) { $0 + $1.down.count + $1.up.count } }
}
