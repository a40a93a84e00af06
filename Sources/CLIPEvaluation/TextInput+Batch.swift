public import CLIPData
public import CLIPModels
public import Torch

extension TextInput {
    /// The texts of a batch as a model takes them; embeddings go to the device, token ids stay on the host.
    ///
    /// - Parameter pooledCounts: How many of each text's last ids make its feature; nil where the model decides.
    public init(_ text: BatchText, pooledCounts: [Int32]? = nil, on device: Device) throws {
        switch text {
        case .tokens(let ids, let offsets):
            self = .tokens(TokenSequences(ids: ids, offsets: offsets, pooledCounts: pooledCounts))
        case .embeddings(let values, let width):
            self = .embeddings(
                try Tensor(values, on: device).reshaped([values.count / max(width, 1), width])
            )
        }
    }
}
