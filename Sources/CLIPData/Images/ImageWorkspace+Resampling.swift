internal import CImageCodecs

/// A rectangle of whole pixels.
struct PixelRegion: Sendable, Hashable {
    var x, y, width, height: Int
}

/// The size an image is scaled to, and the part of the result that is computed.
struct ResampleTarget {
    var width, height: Int
    var window: PixelRegion

    init(width: Int, height: Int, window: PixelRegion? = nil) {
        self.width = width
        self.height = height
        self.window = window ?? PixelRegion(x: 0, y: 0, width: width, height: height)
    }

    var codecTarget: cic_target {
        cic_target(
            width: Int32(width),
            height: Int32(height),
            window_x: Int32(window.x),
            window_y: Int32(window.y),
            window_width: Int32(window.width),
            window_height: Int32(window.height)
        )
    }
}

extension ImageWorkspace {
    /// Cuts `region` out of the pixels, then scales `box` of that cut, and writes planes.
    ///
    /// The filter sees nothing outside the region, so cutting first and scaling then costs no copy.
    func resample(
        _ source: DecodedPixels,
        region: PixelRegion,
        box: PillowResampler.Box,
        resampler settings: PillowResampler,
        target: ResampleTarget,
        into output: cic_planes
    ) -> cic_status {
        let start = source.pixels + (region.y * source.width + region.x) * 3
        let cut = cic_source(
            pixels: start,
            end: source.end,
            row_bytes: source.width * 3,
            width: Int32(region.width),
            height: Int32(region.height)
        )
        let edges = [box.left, box.top, box.right, box.bottom]
        return cic_resample(
            resampler,
            cut,
            edges,
            settings.filter.codecFilter,
            settings.passOrder.codecOrder,
            target.codecTarget,
            output
        )
    }

    /// Scales `box` of an image in its components and writes planes of RGB.
    func resample(
        _ components: [cic_component],
        box: PillowResampler.Box,
        resampler settings: PillowResampler,
        target: ResampleTarget,
        into output: cic_planes
    ) -> cic_status {
        let edges = [box.left, box.top, box.right, box.bottom]
        return cic_resample_components(
            resampler,
            components,
            Int32(components.count),
            edges,
            settings.filter.codecFilter,
            target.codecTarget,
            output
        )
    }
}
