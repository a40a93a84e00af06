public import Torch
public import TorchNN

/// Images to features: what ``CLIPModel`` asks of its image side.
///
/// A tower gets its parameters from a ``TorchNN/ParameterPath`` when its ``ImageTowerConfiguration`` makes it. Each row
/// of its features depends on its own image alone.
public protocol ImageTower {
    /// Features before unit length: normalised pixels, float32 `[B, 3, H, W]` → `[B, D]`.
    ///
    /// - Parameters:
    ///   - dtype: What most of the tower computes in.
    ///   - tape: Where given, parts that can be computed again are segments of it.
    func features(of pixels: Tensor, dtype: DType, tape: ActivationTape?) throws -> Tensor

    /// The same of some patches of each image.
    ///
    /// - Parameter patches: int64 `[B, K]`, the numbers of the patches in the grid, row after row; nil for all.
    func features(of pixels: Tensor, patches: Tensor?, dtype: DType, tape: ActivationTape?) throws -> Tensor
}

extension ImageTower {
    /// The features of whole images; a choice of patches is refused.
    public func features(of pixels: Tensor, patches: Tensor?, dtype: DType, tape: ActivationTape?) throws
        -> Tensor
    {
        guard let patches else { return try features(of: pixels, dtype: dtype, tape: tape) }
        throw TorchError(
            operation: "image features of patches \(patches.summary)",
            reason: "this tower computes whole images only"
        )
    }
}
