import Torch
import TorchNN

/// How the weights of a tower's blocks start.
struct BlockInitialization {
    var attentionInput, attentionOutput, expand, project: Initializer

    /// The text tower's: normal, with the outputs of branches scaled down by the depth.
    static func text(width: Int, layers: Int) -> BlockInitialization {
        let root = 1 / Double(width).squareRoot()
        let output = root / Double(2 * layers).squareRoot()
        return BlockInitialization(
            attentionInput: .normal(deviation: root),
            attentionOutput: .normal(deviation: output),
            expand: .normal(deviation: root / 2.0.squareRoot()),
            project: .normal(deviation: output)
        )
    }

    /// The image tower's: PyTorch's defaults for attention and linear layers.
    static func vision(width: Int, mlpWidth: Int) -> BlockInitialization {
        BlockInitialization(
            attentionInput: .xavierUniform,
            attentionOutput: .linearUniform(fanIn: width),
            expand: .linearUniform(fanIn: width),
            project: .linearUniform(fanIn: mlpWidth)
        )
    }
}

extension TransformerBlock {
    /// Asks for a block's parameters under open_clip's names (`ln_1`, `attn`, `ln_2`, `mlp`).
    init(
        _ path: ParameterPath,
        width: Int,
        heads: Int,
        mlpWidth: Int,
        isCausal: Bool,
        activation: Activation,
        epsilon: Double,
        initialization: BlockInitialization
    ) throws {
        let firstNorm = try LayerNorm(path / "ln_1", width: width, epsilon: epsilon)
        let attention = path / "attn"
        let input = Linear(
            weight: try attention.parameter(
                "in_proj_weight",
                shape: [3 * width, width],
                initialization.attentionInput
            ),
            bias: try attention.parameter("in_proj_bias", shape: [3 * width], .zeros)
        )
        let output = try Linear(
            attention / "out_proj",
            from: width,
            to: width,
            weight: initialization.attentionOutput,
            bias: .zeros
        )
        let secondNorm = try LayerNorm(path / "ln_2", width: width, epsilon: epsilon)
        let mlp = path / "mlp"
        let expand = try Linear(
            mlp / "c_fc",
            from: width,
            to: mlpWidth,
            weight: initialization.expand,
            bias: .linearUniform(fanIn: width)
        )
        let project = try Linear(
            mlp / "c_proj",
            from: mlpWidth,
            to: width,
            weight: initialization.project,
            bias: .linearUniform(fanIn: mlpWidth)
        )
        self.init(
            firstNorm: firstNorm,
            attention: SelfAttention(input: input, output: output, heads: heads, isCausal: isCausal),
            secondNorm: secondNorm,
            expand: expand,
            project: project,
            activation: activation
        )
    }
}

extension Linear {
    /// Asks for `weight` `[out, in]` and `bias` `[out]` under the path.
    init(_ path: ParameterPath, from input: Int, to output: Int, weight: Initializer, bias: Initializer)
        throws
    {
        self.init(
            weight: try path.parameter("weight", shape: [output, input], weight),
            bias: try path.parameter("bias", shape: [output], bias)
        )
    }
}
