/// The image tower of a configuration: open_clip's `vision_cfg`, as far as a plain vision transformer goes.
public struct VisionTransformerConfiguration: ImageTowerConfiguration {
    /// How the token rows become one feature row.
    public enum Pooling: String, Sendable, CaseIterable {
        /// The class token's row.
        case classToken = "tok"
        /// The mean of the patches' rows.
        case average = "avg"
        /// The mean of all rows, the class token's among them. open_clip has no word for it: CLIPA's first models were
        /// trained so, and open_clip leaves the class token out.
        case averageWithClass = "avgWithClass"

        /// The nearest that open_clip's `pool_type` has.
        var poolType: String { self == .classToken ? "tok" : "avg" }
    }

    /// Side of the square input in pixels, and of a patch.
    public var imageSize, patchSize: Int
    /// Width of the token rows, number of blocks, width of a head.
    public var width, layers, headWidth: Int
    /// Width of the hidden layer of a block, as a multiple of `width`.
    public var mlpRatio: Double
    /// Where the rows that stand for places come from.
    public var positions: PatchPositions = .learned
    /// How the token rows become one feature row.
    public var pooling: Pooling
    /// Whether the last normalisation follows the pooling.
    public var normalizesAfterPooling: Bool
    /// Whether the token rows are normalised before the first block.
    public var normalizesInput: Bool
    /// Added to variances.
    public var normEpsilon: Double

    /// Patches per side.
    public var grid: Int { imageSize / patchSize }
    /// Token rows an image: the class token and the patches.
    public var tokenCount: Int { grid * grid + 1 }
    /// Number of heads.
    public var heads: Int { width / headWidth }
    /// Width of the hidden layer of a block.
    public var mlpWidth: Int { Int(Double(width) * mlpRatio) }

    /// Reads a `vision_cfg`, and what `swift_clip` next to it says of the tower.
    init(_ reader: inout ConfigurationReader, own: inout ConfigurationReader) throws {
        layers = try reader.size("layers", default: 12, limit: 1 << 12)
        width = try reader.size("width", default: 768)
        headWidth = try reader.size("head_width", default: 64)
        mlpRatio = try reader.hiddenRatio(width: width)
        patchSize = try reader.size("patch_size", default: 16, limit: 1 << 12)
        if let size = reader.raw("image_size") as? [Any] {
            throw ModelConfigurationError.unsupported(key: reader.name("image_size"), value: "\(size)")
        }
        imageSize = try reader.size("image_size", default: 224, limit: 1 << 14)
        pooling = try Self.pooling(&reader, own: &own)
        normalizesAfterPooling = try reader.flag("final_ln_after_pool")
        normalizesInput = try !reader.flag("no_ln_pre")
        normEpsilon = try normalizationEpsilon(&reader)
        positions = try PatchPositions(&reader, own: &own)
        try reader.finish(defaults: [
            "patch_dropout": "0", "attn_pooler_queries": "256",
            "attn_pooler_heads": "8", "block_type": "default",
        ])
        guard width % headWidth == 0 else {
            throw ModelConfigurationError.value(
                key: reader.name("head_width"),
                found: "\(headWidth)",
                expected: "a divisor of the width \(width)"
            )
        }
        guard imageSize % patchSize == 0 else {
            throw ModelConfigurationError.value(
                key: reader.name("patch_size"),
                found: "\(patchSize)",
                expected: "a divisor of the image size \(imageSize)"
            )
        }
        try positions.validate(width: width)
    }

    private static func pooling(_ reader: inout ConfigurationReader, own: inout ConfigurationReader) throws
        -> Pooling
    {
        let pooling: Pooling = try reader.choice("pool_type", default: .classToken)
        guard pooling != .averageWithClass else {
            throw ModelConfigurationError.unsupported(
                key: reader.name("pool_type"),
                value: "'\(pooling.rawValue)'"
            )
        }
        let named: Pooling = try own.choice("pooling", default: pooling)
        guard named.poolType == pooling.poolType else {
            throw ModelConfigurationError.value(
                key: own.name("pooling"),
                found: "'\(named.rawValue)'",
                expected: "a kind of pool_type, which is '\(pooling.poolType)'"
            )
        }
        return named
    }

    /// The `vision_cfg` object.
    public var json: [String: Any] {
        var json: [String: Any] = [
            "image_size": imageSize, "patch_size": patchSize, "width": width, "layers": layers,
            "head_width": headWidth, "mlp_ratio": mlpRatio,
        ]
        if pooling != .classToken { json["pool_type"] = pooling.poolType }
        if positions != .learned { json[PatchPositions.openCLIPKey] = PatchPositions.fixedInOpenCLIP }
        if normalizesAfterPooling { json["final_ln_after_pool"] = true }
        if !normalizesInput { json["no_ln_pre"] = true }
        if normEpsilon != 1e-5 { json["norm_kwargs"] = ["eps": normEpsilon] }
        return json
    }

    /// What open_clip has no words for, as keys of `swift_clip`.
    public var ownJSON: [String: Any] {
        var json: [String: Any] = [:]
        if positions != .learned { json[PatchPositions.key] = positions.rawValue }
        if pooling.rawValue != pooling.poolType { json["pooling"] = pooling.rawValue }
        return json
    }
}

/// Reads `norm_kwargs.eps`, the only keyword that plain layer normalisation takes.
func normalizationEpsilon(_ reader: inout ConfigurationReader) throws -> Double {
    guard reader.raw("norm_kwargs") != nil else { return 1e-5 }
    var keywords = try reader.object("norm_kwargs")
    let epsilon = try keywords.real("eps") ?? 1e-5
    try keywords.finish()
    return epsilon
}
