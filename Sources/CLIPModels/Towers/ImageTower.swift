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
}
