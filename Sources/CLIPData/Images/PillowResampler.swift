internal import CImageCodecs

/// Antialiased scaling, bit-identical to Pillow's `Image.resize`.
///
/// Two passes, each with 22-bit fixed-point weights and rounded to 8 bits. When scaling down, the filter widens
/// with the factor.
public struct PillowResampler: Sendable, Hashable {
    /// The interpolation kernel.
    public enum Filter: String, Sendable, Hashable, CaseIterable {
        /// The triangle, one pixel to either side.
        case bilinear
        /// Keys' cubic with a = -1/2, two pixels to either side.
        case bicubic

        var codecFilter: cic_filter { self == .bicubic ? CIC_BICUBIC : CIC_BILINEAR }
    }

    /// Which pass comes first. As each rounds, the order shows in the last bit of some pixels.
    public enum PassOrder: String, Sendable, Hashable, CaseIterable {
        /// Always the horizontal one, as in Pillow up to version 12, which published models were trained with.
        case horizontalFirst
        /// The vertical one where the height shrinks by more than twice what the width does, as in Pillow 13.
        case tallVerticalFirst

        var codecOrder: cic_order {
            self == .horizontalFirst ? CIC_HORIZONTAL_FIRST : CIC_TALL_VERTICAL_FIRST
        }
    }

    /// A part of an image, in pixels and fractions of them.
    public struct Box: Sendable, Hashable {
        /// The edges, from the image's top left corner.
        public var left, top, right, bottom: Float

        /// Creates a box from its edges.
        public init(left: Float, top: Float, right: Float, bottom: Float) {
            self.left = left
            self.top = top
            self.right = right
            self.bottom = bottom
        }
    }

    /// The interpolation kernel.
    public var filter: Filter
    /// Which pass comes first.
    public var passOrder: PassOrder

    /// Creates a resampler that equals the present Pillow.
    public init(filter: Filter = .bicubic, passOrder: PassOrder = .tallVerticalFirst) {
        self.filter = filter
        self.passOrder = passOrder
    }

    /// Scales `box` of an image, by default all of it, to `width` × `height`.
    ///
    /// Pixels outside the box still take part where the filter reaches them, as with Pillow's `box` argument.
    /// - Throws: `ImageResizeError` when the box leaves the image or is empty, or the size is not positive.
    public func resize(
        _ image: RGBImage,
        width: Int,
        height: Int,
        box: Box? = nil,
        workspace: ImageWorkspace = ImageWorkspace()
    ) throws(ImageResizeError) -> RGBImage {
        let box =
            box ?? Box(left: 0, top: 0, right: Float(image.width), bottom: Float(image.height))
        let refusal = ImageResizeError.invalid(
            box: box,
            imageWidth: image.width,
            imageHeight: image.height,
            width: width,
            height: height
        )
        guard width > 0, height > 0, width <= Int(Int32.max), height <= Int(Int32.max) else {
            throw refusal
        }
        let plane = width * height
        let planes = workspace.planeBuffer(plane * 3).assumingMemoryBound(to: UInt8.self)
        let status = image.pixels.withUnsafeBufferPointer { pixels -> cic_status in
            guard let start = pixels.baseAddress else { return CIC_INVALID }
            let source = DecodedPixels(
                pixels: start,
                end: start + pixels.count,
                width: image.width,
                height: image.height
            )
            return workspace.resample(
                source,
                region: .init(x: 0, y: 0, width: image.width, height: image.height),
                box: box,
                resampler: self,
                target: .init(width: width, height: height),
                into: cic_planes(pixels: planes.baseAddress, row_bytes: width, plane_bytes: plane)
            )
        }
        guard status == CIC_OK else {
            throw refusal
        }
        let packed = [UInt8](unsafeUninitializedCapacity: plane * 3) { output, count in
            for i in 0..<plane {
                for channel in 0..<3 { output[3 * i + channel] = planes[channel * plane + i] }
            }
            count = plane * 3
        }
        return RGBImage(width: width, height: height, pixels: packed)
    }
}

/// Why an image was not scaled.
public enum ImageResizeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The box or the size does not fit the image.
    case invalid(box: PillowResampler.Box, imageWidth: Int, imageHeight: Int, width: Int, height: Int)

    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .invalid(let box, let imageWidth, let imageHeight, let width, let height):
            """
            cannot scale the box (\(box.left), \(box.top), \(box.right), \(box.bottom)) of a \
            \(imageWidth)×\(imageHeight) image to \(width)×\(height): the box must lie inside the image and \
            hold some of it, and both sides must be positive
            """
        }
    }
}
