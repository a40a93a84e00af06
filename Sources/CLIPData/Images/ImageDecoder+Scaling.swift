internal import CImageCodecs

extension ImageDecoder {
    /// Decodes the image whose header was just read, cuts `region` and scales it.
    func scale(
        _ header: ImageHeader,
        region: PixelRegion,
        resampler: PillowResampler,
        target: ResampleTarget,
        into planes: UnsafeMutableBufferPointer<UInt8>,
        rowBytes: Int,
        planeBytes: Int,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) {
        guard
            target.width > 0, target.height > 0, target.width <= Int(Int32.max),
            target.height <= Int(Int32.max)
        else { throw .extremeShape(width: header.width, height: header.height) }

        let output = cic_planes(pixels: planes.baseAddress, row_bytes: rowBytes, plane_bytes: planeBytes)
        let status: cic_status
        if header.orientation == .up, detail == .fast, cic_decoder_has_components(workspace.decoder) {
            let reduction = reduction(of: header, region: region, target: target)
            let parts = try readComponents(
                header,
                reduction: reduction,
                bottom: (region.y + region.height + reduction - 1) / reduction,
                workspace: workspace
            )
            status = workspace.resample(
                parts,
                box: region.box(reducedBy: reduction),
                resampler: resampler,
                target: target,
                into: output
            )
        } else {
            status = try scalePixels(
                header,
                region: region,
                resampler: resampler,
                target: target,
                into: output,
                workspace: workspace
            )
        }
        switch status {
        case CIC_OK: return
        case CIC_OUT_OF_MEMORY: throw .outOfMemory
        default: throw .extremeShape(width: header.width, height: header.height)
        }
    }

    /// Scales whole pixels: all formats and colour spaces.
    private func scalePixels(
        _ header: ImageHeader,
        region: PixelRegion,
        resampler: PillowResampler,
        target: ResampleTarget,
        into output: cic_planes,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> cic_status {
        let box = PixelRegion(x: 0, y: 0, width: region.width, height: region.height)
        guard header.orientation == .up else {
            return workspace.resample(
                try readUpright(header, region: region, workspace: workspace),
                region: box,
                box: box.box(reducedBy: 1),
                resampler: resampler,
                target: target,
                into: output
            )
        }
        let reduction = reduction(of: header, region: region, target: target)
        if reduction == 1 {
            let decoded = try read(header, region: region, workspace: workspace)
            return workspace.resample(
                decoded.pixels,
                region: decoded.region,
                box: box.box(reducedBy: 1),
                resampler: resampler,
                target: target,
                into: output
            )
        }
        let decoded = try read(header, reduction: reduction, workspace: workspace)
        return workspace.resample(
            decoded,
            region: .init(x: 0, y: 0, width: decoded.width, height: decoded.height),
            box: region.box(reducedBy: reduction),
            resampler: resampler,
            target: target,
            into: output
        )
    }

    /// How much smaller a JPEG may be decoded so that the region is still scaled down.
    private func reduction(of header: ImageHeader, region: PixelRegion, target: ResampleTarget) -> Int {
        guard detail == .fast, header.format == .jpeg else { return 1 }
        let spare = min(region.width / target.width, region.height / target.height)
        return [8, 4, 2].first { $0 <= spare } ?? 1
    }
}

extension PixelRegion {
    /// The same rectangle in an image that is smaller by a whole factor.
    fileprivate func box(reducedBy reduction: Int) -> PillowResampler.Box {
        let factor = Float(reduction)
        return PillowResampler.Box(
            left: Float(x) / factor,
            top: Float(y) / factor,
            right: Float(x + width) / factor,
            bottom: Float(y + height) / factor
        )
    }
}
