extension EvaluationTransform {
    /// Where a scaled side of `size` pixels goes in an output side: what is cut, or what is left free.
    ///
    /// A longer side loses its ends, half-pixel offsets rounded to even; a shorter side is centred with the
    /// odd pixel behind it.
    static func fit(_ size: Int, into output: Int) -> (source: Int, destination: Int, count: Int) {
        size < output
            ? (source: 0, destination: (output - size) / 2, count: size)
            : (source: rounded(Double(size - output) / 2), destination: 0, count: output)
    }

    /// The size that an image is scaled to before the centre is cut, or nil when a side would vanish or overflow.
    func scaledSize(width imageWidth: Int, height imageHeight: Int) -> (width: Int, height: Int)? {
        let scaled: (width: Double, height: Double)
        let w = Double(imageWidth), h = Double(imageHeight)
        switch resizeMode {
        case .squash:
            return (width, height)
        case .shortest where width == height:
            // The longer side is cut down to a whole pixel here, and rounded everywhere else.
            let size = Double(width)
            scaled = w <= h ? (size, (size * h / w).rounded(.down)) : ((size * w / h).rounded(.down), size)
        case .shortest, .longest:
            let ratios = (h / Double(height), w / Double(width))
            let ratio = resizeMode == .longest ? max(ratios.0, ratios.1) : min(ratios.0, ratios.1)
            scaled = (
                (w / ratio).rounded(.toNearestOrEven), (h / ratio).rounded(.toNearestOrEven)
            )
        }
        let limit = Double(Int32.max)
        guard scaled.width >= 1, scaled.height >= 1, scaled.width <= limit, scaled.height <= limit else {
            return nil
        }
        return (Int(scaled.width), Int(scaled.height))
    }

    private static func rounded(_ value: Double) -> Int { Int(value.rounded(.toNearestOrEven)) }
}
