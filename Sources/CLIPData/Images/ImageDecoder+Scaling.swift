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

        let reduction = reduction(of: header, region: region, target: target)
        let decoded = try read(header, reduction: reduction, workspace: workspace)
        let status: cic_status
        if reduction == 1 {
            status = workspace.resample(
                decoded,
                region: region,
                box: .init(left: 0, top: 0, right: Float(region.width), bottom: Float(region.height)),
                resampler: resampler,
                target: target,
                into: planes,
                rowBytes: rowBytes,
                planeBytes: planeBytes
            )
        } else {
            let factor = Float(reduction)
            let box = PillowResampler.Box(
                left: Float(region.x) / factor,
                top: Float(region.y) / factor,
                right: Float(region.x + region.width) / factor,
                bottom: Float(region.y + region.height) / factor
            )
            status = workspace.resample(
                decoded,
                region: .init(x: 0, y: 0, width: decoded.width, height: decoded.height),
                box: box,
                resampler: resampler,
                target: target,
                into: planes,
                rowBytes: rowBytes,
                planeBytes: planeBytes
            )
        }
        switch status {
        case CIC_OK: return
        case CIC_OUT_OF_MEMORY: throw .outOfMemory
        default: throw .extremeShape(width: header.width, height: header.height)
        }
    }

    /// How much smaller a JPEG may be decoded so that the region is still scaled down.
    private func reduction(of header: ImageHeader, region: PixelRegion, target: ResampleTarget) -> Int {
        guard detail == .fast, header.format == .jpeg else { return 1 }
        let spare = min(region.width / target.width, region.height / target.height)
        return [8, 4, 2].first { $0 <= spare } ?? 1
    }
}
