#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A random part of an image, by area and aspect ratio: torchvision's `RandomResizedCrop`.
public struct RandomResizedCrop: Sendable, Hashable {
    /// The share of the image's area.
    public var scale: ClosedRange<Double>
    /// Width over height, drawn uniformly in its logarithm.
    public var ratio: ClosedRange<Double>

    /// Creates the distribution; open_clip trains with nine tenths to all of the area.
    public init(scale: ClosedRange<Double> = 0.9...1.0, ratio: ClosedRange<Double> = 3.0 / 4.0...4.0 / 3.0) {
        precondition(scale.lowerBound > 0 && ratio.lowerBound > 0, "areas and aspect ratios are positive")
        self.scale = scale
        self.ratio = ratio
    }

    /// Draws a part: ten tries, then the largest central part within the ratio limits.
    func region(
        width: Int,
        height: Int,
        random: inout some RandomNumberGenerator
    ) -> PixelRegion {
        let logarithms = log(ratio.lowerBound)...log(ratio.upperBound)
        for _ in 0..<10 {
            let area = Double(width * height) * random.uniform(in: scale)
            let aspect = exp(random.uniform(in: logarithms))
            let w = Self.rounded((area * aspect).squareRoot()), h = Self.rounded((area / aspect).squareRoot())
            guard w > 0, h > 0, w <= width, h <= height else { continue }
            let y = random.index(below: height - h + 1), x = random.index(below: width - w + 1)
            return PixelRegion(x: x, y: y, width: w, height: h)
        }
        return central(width: width, height: height)
    }

    private func central(width: Int, height: Int) -> PixelRegion {
        let aspect = Double(width) / Double(height)
        var w = width, h = height
        if aspect < ratio.lowerBound {
            h = Self.rounded(Double(w) / ratio.lowerBound)
        } else if aspect > ratio.upperBound {
            w = Self.rounded(Double(h) * ratio.upperBound)
        }
        w = min(max(w, 1), width)
        h = min(max(h, 1), height)
        return PixelRegion(x: (width - w) / 2, y: (height - h) / 2, width: w, height: h)
    }

    /// Python's rounding: halves go to the even neighbour. What is larger than any picture becomes that, too.
    private static func rounded(_ value: Double) -> Int { Int(min(value, 1e18).rounded(.toNearestOrEven)) }
}

extension RandomNumberGenerator {
    fileprivate mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }
}
