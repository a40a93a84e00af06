/// How the stored pixels of a picture have to be turned to stand upright: EXIF's orientation, 1 to 8.
///
/// What each does equals Pillow's `ImageOps.exif_transpose`.
public enum ImageOrientation: Int, Sendable, Hashable, CaseIterable {
    /// The pixels stand as they are stored.
    case up = 1
    /// Left and right are swapped.
    case mirrored = 2
    /// Turned by half a circle.
    case halfTurn = 3
    /// Top and bottom are swapped.
    case flipped = 4
    /// Rows become columns.
    case transposed = 5
    /// Turned clockwise by a quarter: a camera on its left side.
    case clockwise = 6
    /// Rows become columns, from the other corner.
    case transversed = 7
    /// Turned counterclockwise by a quarter.
    case counterclockwise = 8

    /// Whether width and height change places.
    public var swapsSides: Bool { rawValue >= 5 }

    /// Whether stored columns are read from the right.
    private var readsFromRight: Bool {
        [.mirrored, .halfTurn, .transversed, .counterclockwise].contains(self)
    }
    /// Whether stored rows are read from below.
    private var readsFromBelow: Bool { [.halfTurn, .flipped, .clockwise, .transversed].contains(self) }
}

extension ImageOrientation {
    /// The stored pixels that a part of the upright picture shows.
    ///
    /// - Parameters:
    ///   - width: The stored width.
    ///   - height: The stored height.
    func stored(_ region: PixelRegion, width: Int, height: Int) -> PixelRegion {
        var stored = region
        if swapsSides {
            stored = PixelRegion(x: region.y, y: region.x, width: region.height, height: region.width)
        }
        if readsFromRight { stored.x = width - stored.x - stored.width }
        if readsFromBelow { stored.y = height - stored.y - stored.height }
        return stored
    }

    /// Copies a part of stored pixels as packed upright rows.
    ///
    /// - Parameter output: Room for all pixels of the region, three bytes each.
    func turn(_ pixels: DecodedPixels, _ region: PixelRegion, into output: UnsafeMutablePointer<UInt8>) {
        let rowBytes = pixels.width * 3
        let corner = pixels.pixels + region.y * rowBytes + region.x * 3
        let across = readsFromRight ? -3 : 3, down = readsFromBelow ? -rowBytes : rowBytes
        let start =
            corner + (readsFromRight ? (region.width - 1) * 3 : 0)
            + (readsFromBelow ? (region.height - 1) * rowBytes : 0)
        let (columns, rows) = swapsSides ? (region.height, region.width) : (region.width, region.height)
        let (step, line) = swapsSides ? (down, across) : (across, down)
        var target = output
        for row in 0..<rows {
            var source = start + row * line
            for _ in 0..<columns {
                target[0] = source[0]
                target[1] = source[1]
                target[2] = source[2]
                target += 3
                source += step
            }
        }
    }
}
