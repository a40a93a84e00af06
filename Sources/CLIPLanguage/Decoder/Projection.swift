import LocalFiles
import Torch

/// One projection of a block: `x · Wᵀ + b`, and where it is adapted `(alpha / rank) · B·(A·dropout(x))` in addition.
struct Projection {
    /// The name in Hugging Face's layout, without `.weight`.
    let name: String
    let weight: Tensor
    let bias: Tensor?
    let pair: LowRankAdapter.Pair?
    let options: LowRankAdapter.Options

    /// - Parameter dropoutKeys: int64 `[T]`, of each row's draws; each projection has its own by them.
    func callAsFunction(_ rows: Tensor, dropoutKeys: Tensor?) throws -> Tensor {
        let plain = try rows.linear(weight, bias)
        guard let pair else { return plain }
        var input = rows
        if let dropoutKeys, options.dropout > 0 {
            input = try rows.droppedOut(
                share: options.dropout,
                keys: dropoutKeys,
                salt: ContentHash.of(name, seed: 0)
            )
        }
        let inner = try input.linear(pair.down, nil)
        return try plain.addingProduct(inner, pair.up.to(plain.dtype).transposed(), alpha: options.scale)
    }

    /// What is trained.
    var parameters: [Tensor] { pair.map { [$0.down, $0.up] } ?? [] }
}
