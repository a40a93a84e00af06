internal import CImageCodecs

extension ImageDecoder {
    /// Decodes the image whose header was just read into the workspace, at `1 / reduction` of its size.
    func read(
        _ header: ImageHeader,
        reduction: Int,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> DecodedPixels {
        var clock = PhaseClock()
        defer { workspace.decodeSeconds += clock.lap() }
        let width = (header.width + reduction - 1) / reduction
        let height = (header.height + reduction - 1) / reduction
        let buffer = workspace.pixelBuffer(width * height * 3 + DecodedPixels.slack)
        let pixels = buffer.assumingMemoryBound(to: UInt8.self)
        let status = cic_decoder_read(
            workspace.decoder,
            reading,
            UInt32(reduction),
            pixels.baseAddress,
            buffer.count
        )
        guard status == CIC_OK, let start = pixels.baseAddress else {
            throw failure(status, header, workspace: workspace)
        }
        return DecodedPixels(
            pixels: UnsafePointer(start),
            end: UnsafePointer(start + buffer.count),
            width: width,
            height: height
        )
    }

    /// Decodes what `region` needs of the image whose header was just read.
    ///
    /// - Returns: The pixels that were decoded, and where the region lies among them.
    func read(
        _ header: ImageHeader,
        region: PixelRegion,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> (pixels: DecodedPixels, region: PixelRegion) {
        var clock = PhaseClock()
        defer { workspace.decodeSeconds += clock.lap() }
        let buffer = workspace.pixelBuffer(header.width * header.height * 3 + DecodedPixels.slack)
        let pixels = buffer.assumingMemoryBound(to: UInt8.self)
        let wanted = cic_region(
            x: UInt32(region.x),
            y: UInt32(region.y),
            width: UInt32(region.width),
            height: UInt32(region.height)
        )
        var decoded = cic_region()
        let status = cic_decoder_read_region(
            workspace.decoder,
            reading,
            wanted,
            pixels.baseAddress,
            buffer.count,
            &decoded
        )
        guard status == CIC_OK, let start = pixels.baseAddress else {
            throw failure(status, header, workspace: workspace)
        }
        let found = DecodedPixels(
            pixels: UnsafePointer(start),
            end: UnsafePointer(start + buffer.count),
            width: Int(decoded.width),
            height: Int(decoded.height)
        )
        var inside = region
        inside.x -= Int(decoded.x)
        inside.y -= Int(decoded.y)
        return (found, inside)
    }

    /// Decodes a region of the image whose header was just read, and turns it upright.
    ///
    /// - Returns: The region's pixels alone.
    func readUpright(
        _ header: ImageHeader,
        region: PixelRegion,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> DecodedPixels {
        var stored = header
        if header.orientation.swapsSides { (stored.width, stored.height) = (header.height, header.width) }
        let wanted = header.orientation.stored(region, width: stored.width, height: stored.height)
        let decoded = try read(stored, region: wanted, workspace: workspace)
        let buffer = workspace.turnedBuffer(region.width * region.height * 3 + DecodedPixels.slack)
        let pixels = buffer.assumingMemoryBound(to: UInt8.self)
        guard let start = pixels.baseAddress else { throw .outOfMemory }
        header.orientation.turn(decoded.pixels, decoded.region, into: start)
        return DecodedPixels(
            pixels: UnsafePointer(start),
            end: UnsafePointer(start + buffer.count),
            width: region.width,
            height: region.height
        )
    }

    /// What of decoding is a matter of choice.
    private var reading: cic_reading {
        cic_reading(
            alpha: alpha == .white ? CIC_ALPHA_WHITE : CIC_ALPHA_DROP,
            gray16: gray16 == .clip ? CIC_GRAY16_CLIP : CIC_GRAY16_SCALE
        )
    }

    /// Decodes the JPEG whose header was just read at `1 / reduction` of its size, without converting colours.
    ///
    /// - Parameter bottom: The first row of the reduced image that is not needed.
    func readComponents(
        _ header: ImageHeader,
        reduction: Int,
        bottom: Int,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> [cic_component] {
        var clock = PhaseClock()
        defer { workspace.decodeSeconds += clock.lap() }
        var status = CIC_OK
        let parts = [cic_component](unsafeUninitializedCapacity: 3) { parts, count in
            var found: Int32 = 0
            parts.initialize(repeating: cic_component())
            status = cic_decoder_read_components(
                workspace.decoder,
                UInt32(reduction),
                UInt32(bottom),
                parts.baseAddress,
                &found
            )
            count = status == CIC_OK ? Int(found) : 0
        }
        guard status == CIC_OK else { throw failure(status, header, workspace: workspace) }
        return parts
    }

    private func failure(
        _ status: cic_status,
        _ header: ImageHeader,
        workspace: ImageWorkspace
    ) -> ImageDecodeError {
        var found = cic_header()
        found.format = header.format.codecFormat
        return error(status, header: found, workspace: workspace)
    }
}
