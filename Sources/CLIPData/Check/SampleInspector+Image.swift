import LocalFiles

extension SampleInspector {
    /// Decodes the sample's picture as training would.
    mutating func inspectImage(of index: Int, place: Int, _ marks: inout SampleMarks) throws {
        try source.image(settings.imageFields, at: index).withUnsafeBytes {
            try inspectImage($0, place: place, &marks)
        }
    }

    private mutating func inspectImage(
        _ encoded: UnsafeRawBufferPointer,
        place: Int,
        _ marks: inout SampleMarks
    ) throws {
        let header = try decoder.header(of: encoded, workspace: workspace)
        let (width, height) = (header.width, header.height)
        guard transform.scaledSize(width: width, height: height) != nil else {
            throw ImageDecodeError.extremeShape(width: width, height: height)
        }
        let decoded = try decoder.read(header, reduction: 1, workspace: workspace)
        let size = "\(width)×\(height)"
        let short = min(width, height), long = max(width, height)
        tally.formats[header.format.rawValue, default: 0] += 1
        tally.bytes.add(encoded.count)
        tally.shortSide.add(short)
        tally.aspect.add(long * 100 / short)
        tally.kilopixels.add((width * height + 500) / 1000)
        if short < settings.imageSize { tally.remarks.add(Remark.enlarged.rawValue, place, size) }
        if long > 4 * short { tally.remarks.add(Remark.long.rawValue, place, size) }
        if header.isAnimated { tally.remarks.add(Remark.animated.rawValue, place, header.format.rawValue) }
        if settings.alpha == .drop, ImageTransparency.isDeclared(encoded, header.format) {
            tally.remarks.add(Remark.transparent.rawValue, place, header.format.rawValue)
        }

        if let orientation = ImageOrientation(of: encoded), orientation != .up {
            tally.remarks.add(Remark.rotated.rawValue, place, "orientation \(orientation.rawValue)")
        }

        marks.bytes = Self.nonzero(ContentHash.of(encoded))
        let pixels = UnsafeRawBufferPointer(start: decoded.pixels, count: width * height * 3)
        marks.pixels = Self.nonzero(ContentHash.of(pixels, seed: UInt64(width)))
        if GraySaturation.isVisible(encoded, pixels) {
            tally.remarks.add(Remark.saturated.rawValue, place, size)
        }
        if let look = PerceptualHash.of(decoded, workspace: workspace) {
            (marks.look, marks.hasLook) = (look, true)
        } else {
            tally.remarks.add(Remark.plain.rawValue, place, size)
        }
    }
}
