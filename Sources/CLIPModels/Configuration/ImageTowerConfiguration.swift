public import Torch
public import TorchNN

/// The configuration of a kind of image tower: what sizes it has, and how it is made, counted and written.
///
/// ``VisionTransformerConfiguration`` is one. A custom kind goes into a ``ModelConfiguration`` in code.
public protocol ImageTowerConfiguration: Sendable, Equatable {
    /// What messages call the kind, as `vision transformer`.
    var name: String { get }
    /// Whether ``json`` is an open_clip `vision_cfg`. Otherwise it is written under `swift_clip.image`, and open_clip
    /// cannot load the model.
    var isKnownToOpenCLIP: Bool { get }
    /// Side of the square input in pixels.
    var imageSize: Int { get }
    /// Patches per side of an image; nil for a tower that cannot compute some of them only.
    var patchGrid: Int? { get }
    /// Where the rows that tell patches apart come from; nil for a tower without such rows.
    var patchPositions: PatchPositions? { get }
    /// A JSON object that says all of it, but for ``ownJSON``.
    var json: [String: Any] { get }
    /// What ``json`` has no words for where it is an open_clip `vision_cfg`: keys of `swift_clip`.
    var ownJSON: [String: Any] { get }
    /// Why open_clip computes other features with ``json``, as a phrase; nil where it does not.
    var openCLIPObstacle: String? { get }

    /// The same tower for images of another size.
    ///
    /// - Throws: ``ModelConfigurationError`` for a size that cannot be.
    func resized(imageSize: Int) throws -> any ImageTowerConfiguration

    /// The same tower with other positions of patches.
    ///
    /// - Throws: ``ModelConfigurationError`` for a tower that has no others.
    func positioned(_ positions: PatchPositions) throws -> any ImageTowerConfiguration

    /// Asks a path for the tower's parameters.
    ///
    /// - Parameters:
    ///   - embeddingWidth: Width of the features.
    ///   - activation: The model's hidden activation.
    func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws -> any ImageTower

    /// Parameters and operations of the tower with its projection; no tensor is made.
    func summary(embeddingWidth: Int) -> ModelSummary.Tower

    /// What the tower computes for one image of which a mask keeps some patches; nil for a kind that does not say.
    func workload(keeping mask: PatchMask) -> TowerWorkload?

    /// The tensors of a checkpoint, changed where this configuration has other sizes than the checkpoint's.
    ///
    /// - Parameters:
    ///   - prefix: What the names of the tower's parameters start with, as `visual.`.
    ///   - old: The checkpoint's configuration.
    func adapted(
        _ tensors: [String: Tensor],
        under prefix: String,
        from old: any ImageTowerConfiguration
    ) throws -> [String: Tensor]

    /// What keeps weights of the other from fitting, as `vision_cfg.layers is 2 there and 1 in model.config`.
    func differences(from other: any ImageTowerConfiguration) -> [String]
}

extension ImageTowerConfiguration {
    /// True for open_clip's own kinds only; false unless a kind says otherwise.
    public var isKnownToOpenCLIP: Bool { false }

    /// None.
    public var patchGrid: Int? { nil }

    /// None.
    public var patchPositions: PatchPositions? { nil }

    /// Nothing.
    public var ownJSON: [String: Any] { [:] }

    /// A phrase for kinds that open_clip does not have.
    public var openCLIPObstacle: String? { isKnownToOpenCLIP ? nil : "its image tower is a \(name)" }

    /// Whether both are of one kind and equal.
    public func isEqual(to other: any ImageTowerConfiguration) -> Bool { self == other as? Self }

    /// It does not say.
    public func workload(keeping mask: PatchMask) -> TowerWorkload? { nil }

    /// No size can be changed.
    public func resized(imageSize: Int) throws -> any ImageTowerConfiguration {
        guard imageSize == self.imageSize else {
            throw ModelConfigurationError.value(
                key: "image_size",
                found: "\(imageSize)",
                expected: "\(self.imageSize): a \(name) has one size"
            )
        }
        return self
    }

    /// No positions can be chosen.
    public func positioned(_ positions: PatchPositions) throws -> any ImageTowerConfiguration {
        throw ModelConfigurationError.unsupported(key: PatchPositions.key, value: "'\(positions.rawValue)'")
    }

    /// The tensors as they are.
    public func adapted(
        _ tensors: [String: Tensor],
        under prefix: String,
        from old: any ImageTowerConfiguration
    ) throws -> [String: Tensor] { tensors }

    /// One sentence, without details.
    public func differences(from other: any ImageTowerConfiguration) -> [String] {
        if isEqual(to: other) { return [] }
        return name == other.name
            ? ["the settings of the \(name) differ"]
            : ["the image tower is a \(other.name) there and a \(name) in model.config"]
    }
}
