import Foundation

/// Where the rows come from that tell an image's patches apart.
public enum PatchPositions: String, Sendable, CaseIterable {
    /// They are trained.
    case learned
    /// Sines and cosines, with ω_i = 10000^(-i / (D/4)), as in MAE (He et al. 2022) and CLIPA's PyTorch code.
    case sincosMAE
    /// Sines and cosines, with ω_i = 10000^(-i / (D/4 - 1)), as in MoCo v3 (Chen et al. 2021) and CLIPA's JAX code.
    case sincosMoCo

    /// Whether the rows are a formula's, and never trained.
    public var isFixed: Bool { self != .learned }

    /// Whether such rows can be made of others by interpolation: those of a formula only of rows of the same one, while rows
    /// that are trained may start from any.
    package func canBeInterpolated(from other: PatchPositions) -> Bool { !isFixed || self == other }

    /// The key of `swift_clip`.
    static let key = "positions"
    /// The key of open_clip's `vision_cfg`, and its words. It computes fixed rows as MAE does where there is no
    /// checkpoint, and takes those of a checkpoint otherwise.
    static let openCLIPKey = "pos_embed_type", fixedInOpenCLIP = "sin_cos_2d", learnedInOpenCLIP = "learnable"

    /// Reads both keys, which must not contradict each other.
    init(_ vision: inout ConfigurationReader, own: inout ConfigurationReader) throws {
        var isFixed = false
        var isStated = false
        if let value = vision.raw(Self.openCLIPKey) {
            guard let text = value as? String, [Self.learnedInOpenCLIP, Self.fixedInOpenCLIP].contains(text)
            else {
                throw ModelConfigurationError.unsupported(
                    key: vision.name(Self.openCLIPKey),
                    value: "\(value)"
                )
            }
            isFixed = text == Self.fixedInOpenCLIP
            isStated = true
        }
        let named: PatchPositions = try own.choice(Self.key, default: isFixed ? .sincosMAE : .learned)
        guard named.isFixed == isFixed || !isStated else {
            throw ModelConfigurationError.value(
                key: own.name(Self.key),
                found: "'\(named.rawValue)'",
                expected: isFixed
                    ? "a fixed kind where \(Self.openCLIPKey) is '\(Self.fixedInOpenCLIP)'"
                    : "'\(PatchPositions.learned.rawValue)' where \(Self.openCLIPKey) is '\(Self.learnedInOpenCLIP)'"
            )
        }
        self = named
    }

    /// - Throws: ``ModelConfigurationError`` for a width that the formula does not fill.
    func validate(width: Int) throws {
        // Of four numbers, MoCo's formula would divide by zero.
        let least = self == .sincosMoCo ? 8 : 4
        guard isFixed, width % 4 != 0 || width < least else { return }
        throw ModelConfigurationError.value(
            key: "\(Self.key)",
            found: "'\(rawValue)' with a width of \(width)",
            expected: "a width that is a multiple of 4" + (least == 8 ? ", 8 or more" : "")
                + ", or 'learned'"
        )
    }

    /// The rows of a class token, zeros, and of `grid²` patches, row after row: `[1 + grid²][width]`, in float64.
    ///
    /// A patch in column x and row y has `[sin(x·ω) cos(x·ω) sin(y·ω) cos(y·ω)]`.
    package func table(grid: Int, width: Int) -> [Double] {
        precondition(isFixed, "learned positions have no formula")
        let count = width / 4
        let steps = Double(self == .sincosMoCo ? count - 1 : count)
        let omega = (0..<count).map { pow(10000, -Double($0) / steps) }
        let waves = (0..<grid).map { place in
            omega.map { sin(Double(place) * $0) } + omega.map { cos(Double(place) * $0) }
        }
        var table = [Double](repeating: 0, count: width)
        table.reserveCapacity((1 + grid * grid) * width)
        for y in 0..<grid {
            for x in 0..<grid { table += waves[x] + waves[y] }
        }
        return table
    }
}
