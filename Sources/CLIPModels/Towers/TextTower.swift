public import Torch
public import TorchNN

/// Texts to features: what ``CLIPModel`` asks of its text side.
///
/// A tower gets its parameters from a ``TorchNN/ParameterPath`` when its ``TextTowerConfiguration`` makes it. Each row
/// of its features depends on its own text alone.
public protocol TextTower {
    /// Features before unit length: N texts → `[N, D]`.
    ///
    /// - Parameters:
    ///   - dtype: What most of the tower computes in.
    ///   - tape: Where given, parts that can be computed again are segments of it.
    /// - Throws: ``TextInputError`` for texts that the tower cannot take.
    func features(of texts: TextInput, dtype: DType, tape: ActivationTape?) throws -> Tensor
}
