import CLIPModels
import Foundation
import Torch
import TorchNN

/// Inputs and open_clip's results for them; the layout is described in scripts/compare/towers.py.
struct Golden {
    let directory: String

    /// A fixture of this folder.
    init(_ name: String) {
        directory = Self.fixtures.appending(path: name).path
    }

    init(directory: String) {
        self.directory = directory
    }

    static var fixtures: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    }

    func model() throws -> CLIPModel { try CLIPModel.load(from: directory) }

    func file(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: "\(directory)/\(name).safetensors")
    }

    func images() throws -> Tensor { try file("inputs").tensor("images") }

    /// Captions without what fills them up.
    func texts(_ name: String = "tokens") throws -> TokenSequences {
        TokenSequences(
            try paddedTexts(name).map { row in
                Array(row[..<((row.lastIndex { $0 != 0 } ?? 0) + 1)])
            }
        )
    }

    func paddedTexts(_ name: String = "tokens") throws -> [[Int32]] {
        let tokens = try file("inputs").tensor(name)
        let length = tokens.size(1)
        let ids = try tokens.scalars(as: Int64.self).map(Int32.init)
        return stride(from: 0, to: ids.count, by: length).map { Array(ids[$0..<($0 + length)]) }
    }

    func feature(_ name: String) throws -> Tensor { try file("features").tensor(name) }

    /// The loss that open_clip's contrastive loss has for the inputs.
    func loss() throws -> Double {
        struct Meta: Decodable { let loss: Double }
        return try JSONDecoder().decode(
            Meta.self,
            from: Data(contentsOf: URL(fileURLWithPath: "\(directory)/meta.json"))
        )
        .loss
    }
}

/// The largest absolute difference of two tensors.
func difference(_ left: Tensor, _ right: Tensor) throws -> Double {
    try withoutGradient { try (left.to(.float64) - right.to(.float64)).abs().maximum().item() }
}

/// ‖left − right‖ / ‖right‖
func relativeDifference(_ left: Tensor, _ right: Tensor) throws -> Double {
    try withoutGradient {
        let right = try right.to(.float64)
        return try (left.to(.float64) - right).norm().item() / right.norm().item()
    }
}

extension CLIPModel {
    /// The symmetric contrastive loss of aligned images and texts, from elementary operations.
    func contrastiveLoss(_ images: Tensor, _ texts: TokenSequences) throws -> Tensor {
        let logits = try logitScale.exp() * imageFeatures(images).matmul(textFeatures(texts).transposed())
        let spread = try (logits.logSumExp(dims: [0]).mean() + logits.logSumExp(dims: [1]).mean()) * 0.5
        return try spread - logits.diagonal().mean()
    }

    /// The loss and ‖g − g*‖ / ‖g*‖ over all parameters as one vector, where g* is the golden's gradient.
    func gradientDifference(_ golden: Golden) throws -> (loss: Double, difference: Double) {
        let loss = try contrastiveLoss(golden.images(), golden.texts())
        try backward([(loss, Tensor.ones([], dtype: loss.dtype))])
        let expected = try golden.file("gradients")
        var (distance, norm) = (0.0, 0.0)
        for entry in parameters.trainable {
            let goal = try expected.tensor(entry.name).to(.float64)
            guard let found = entry.tensor.gradient else { return (try loss.item(), .infinity) }
            let part = try (found.to(.float64) - goal).norm().item()
            let size = try goal.norm().item()
            distance += part * part
            norm += size * size
        }
        let complete = Set(expected.names) == Set(parameters.trainable.map(\.name))
        return (try loss.item(), complete ? (distance / norm).squareRoot() : .infinity)
    }
}
