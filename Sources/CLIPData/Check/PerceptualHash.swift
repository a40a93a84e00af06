internal import CImageCodecs
import Foundation

/// A 64-bit hash of how an image looks: equal or close for copies that were resized, compressed again or made brighter.
///
/// The image is reduced to 32 × 32 pixels of luma, of whose cosine transform the 8 × 8 lowest frequencies are compared
/// with their median. The mean, which brightness moves, takes no part in it, and no frequency depends on single pixels,
/// as the neighbour differences of a dHash do: clip-art on plain ground, where most neighbours are equal, hashes well.
enum PerceptualHash {
    /// The side of the reduced image.
    static let side = 32
    private static let low = 8

    /// The hash of a reduced image, or nil where it has (nearly) one colour and nothing to tell it by.
    ///
    /// - Parameter planes: `[3, 32, 32]`, red, green and blue.
    static func of(planes: UnsafePointer<UInt8>) -> UInt64? {
        let count = side * side
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { luma -> UInt64? in
            var least = Float.infinity
            var most = -Float.infinity
            for place in 0..<count {
                let red = Float(planes[place]), green = Float(planes[count &+ place])
                let value = 0.299 * red + 0.587 * green + 0.114 * Float(planes[2 &* count &+ place])
                luma[place] = value
                least = min(least, value)
                most = max(most, value)
            }
            guard most - least >= 4 else { return nil }
            return bits(of: frequencies(UnsafeBufferPointer(luma)))
        }
    }

    /// The lowest frequencies but the mean, row by row, and one more to make 64.
    private static func frequencies(_ luma: UnsafeBufferPointer<Float>) -> [Float] {
        cosines.withUnsafeBufferPointer { cosines in
            // [9, 32]: nine vertical frequencies of each column.
            var columns = [Float](repeating: 0, count: (low + 1) * side)
            var result = [Float](repeating: 0, count: 64)
            columns.withUnsafeMutableBufferPointer { columns in
                for v in 0...low {
                    for y in 0..<side {
                        let weight = cosines[v &* side &+ y]
                        for x in 0..<side { columns[v &* side &+ x] += weight * luma[y &* side &+ x] }
                    }
                }
                for number in 0..<64 {
                    // The place of the mean goes to the next diagonal frequency.
                    let (v, u) = number == 0 ? (low, low) : (number / low, number % low)
                    var sum: Float = 0
                    for x in 0..<side { sum += columns[v &* side &+ x] * cosines[u &* side &+ x] }
                    result[number] = sum
                }
            }
            return result
        }
    }

    private static func bits(of values: [Float]) -> UInt64 {
        let sorted = values.sorted()
        let median = (sorted[31] + sorted[32]) / 2
        var hash: UInt64 = 0
        for value in values { hash = hash << 1 | (value > median ? 1 : 0) }
        return hash
    }

    /// `[9, 32]`, cos(π (2x + 1) u / 64).
    private static let cosines: [Float] = (0...low).flatMap { u in
        (0..<side).map { x in Float(cos(Double.pi * Double((2 * x + 1) * u) / Double(2 * side))) }
    }
}

extension PerceptualHash {
    /// The hash of decoded pixels, or nil where they have (nearly) one colour.
    static func of(_ pixels: DecodedPixels, workspace: ImageWorkspace) -> UInt64? {
        let plane = side * side
        let planes = workspace.planeBuffer(plane * 3).assumingMemoryBound(to: UInt8.self)
        let status = workspace.resample(
            pixels,
            region: .init(x: 0, y: 0, width: pixels.width, height: pixels.height),
            box: .init(left: 0, top: 0, right: Float(pixels.width), bottom: Float(pixels.height)),
            resampler: PillowResampler(filter: .bilinear),
            target: .init(width: side, height: side),
            into: cic_planes(pixels: planes.baseAddress, row_bytes: side, plane_bytes: plane)
        )
        guard status == CIC_OK, let start = planes.baseAddress else { return nil }
        return of(planes: start)
    }

    /// The hash of an image, or nil where it has (nearly) one colour.
    static func of(_ image: RGBImage, workspace: ImageWorkspace) -> UInt64? {
        image.pixels.withUnsafeBufferPointer { pixels in
            guard let start = pixels.baseAddress else { return nil }
            let decoded = DecodedPixels(
                pixels: start,
                end: start + pixels.count,
                width: image.width,
                height: image.height
            )
            return of(decoded, workspace: workspace)
        }
    }
}
