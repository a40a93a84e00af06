import CLIPModels
import Torch

/// What the towers see of a batch, or of a part of one.
struct TowerInput {
    /// uint8 `[B, 3, H, W]`
    let images: Tensor
    /// B·k texts: the k of the first image, then those of the second, and so on.
    let texts: TokenSequences
    /// The place of the first row in the run's stream.
    ///
    /// Stream positions never come twice in a run, so `position + row` stands for the step and the row in it. A
    /// tower that draws at random has to key each row's draw by it, and would then draw the same in every part
    /// and every pass. No tower draws today.
    let position: Int

    /// The number of images.
    var count: Int { images.size(0) }

    /// Parts of at most `size` images, in order; the last may be smaller.
    func parts(of size: Int) throws -> [TowerInput] {
        try stride(from: 0, to: count, by: size).map { try slice($0..<min($0 + size, count)) }
    }

    /// Some images, as a view of the same bytes, with their texts.
    private func slice(_ rows: Range<Int>) throws -> TowerInput {
        let captions = texts.count / count
        return TowerInput(
            images: try images.slice(rows),
            texts: texts.slice(rows.lowerBound * captions..<rows.upperBound * captions),
            position: position + rows.lowerBound
        )
    }
}

extension DeviceBatch {
    /// What the towers see of it.
    var towerInput: TowerInput { TowerInput(images: images, texts: texts, position: position) }
}
