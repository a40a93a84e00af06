internal import CImageCodecs

/// The decoder state and buffers of one worker, reused from image to image.
///
/// Not `Sendable`: every worker has its own.
public final class ImageWorkspace {
    let decoder: OpaquePointer
    let resampler: OpaquePointer
    /// The time spent in decoding so far.
    var decodeSeconds = 0.0
    private var pixels = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var planes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var turned = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Creates the state; its buffers grow with the images they meet.
    public init() {
        guard let decoder = cic_decoder_create(), let resampler = cic_resampler_create() else {
            fatalError("no memory for an image decoder")
        }
        self.decoder = decoder
        self.resampler = resampler
    }

    deinit {
        cic_decoder_destroy(decoder)
        cic_resampler_destroy(resampler)
        pixels.deallocate()
        planes.deallocate()
        turned.deallocate()
    }

    /// Computes with plain loops instead of vector instructions; the results are equal.
    var isPortable = false {
        didSet { cic_resampler_set_portable(resampler, isPortable) }
    }

    /// Room for `count` bytes of packed pixels, valid until the next call.
    func pixelBuffer(_ count: Int) -> UnsafeMutableRawBufferPointer {
        Self.grow(&pixels, to: count)
        return pixels
    }

    /// Room for `count` bytes of planes, valid until the next call.
    func planeBuffer(_ count: Int) -> UnsafeMutableRawBufferPointer {
        Self.grow(&planes, to: count)
        return planes
    }

    /// Room for `count` bytes of packed pixels that stand upright, valid until the next call.
    func turnedBuffer(_ count: Int) -> UnsafeMutableRawBufferPointer {
        Self.grow(&turned, to: count)
        return turned
    }

    private static func grow(_ buffer: inout UnsafeMutableRawBufferPointer, to count: Int) {
        guard buffer.count < count else { return }
        buffer.deallocate()
        buffer = .allocate(byteCount: count, alignment: 64)
    }
}
