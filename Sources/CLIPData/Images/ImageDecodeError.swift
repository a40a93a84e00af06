/// Why an image cannot be used. A bad image is a property of the data, not of the program.
public enum ImageDecodeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There are no bytes.
    case empty
    /// The bytes are no JPEG, PNG or WebP, or a variant of one that is not decoded; `found` names it.
    case unsupported(found: String)
    /// The data ends before the image does.
    case truncated(ImageFormat, detail: String)
    /// The data contradicts its format.
    case corrupt(ImageFormat, detail: String)
    /// The header declares more pixels than the decoder allows.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The image is so long and thin that nothing sensible is left of it at the wanted size.
    case extremeShape(width: Int, height: Int)
    /// There is no memory for the image.
    case outOfMemory

    /// A short name without particulars, to count errors by.
    public var kind: String {
        switch self {
        case .empty: "empty"
        case .unsupported: "unsupported format"
        case .truncated(let format, _): "truncated \(format.rawValue)"
        case .corrupt(let format, _): "corrupt \(format.rawValue)"
        case .tooManyPixels: "too many pixels"
        case .extremeShape: "extreme shape"
        case .outOfMemory: "out of memory"
        }
    }

    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .empty:
            "no image: there are no bytes"
        case .unsupported(let found):
            "unsupported format: \(found); expected JPEG, PNG or WebP"
        case .truncated(let format, let detail):
            "truncated \(format.rawValue): \(detail)"
        case .corrupt(let format, let detail):
            "corrupt \(format.rawValue): \(detail)"
        case .tooManyPixels(let width, let height, let limit):
            "too many pixels: \(width)×\(height) is above the limit of \(limit); scale the image down"
        case .extremeShape(let width, let height):
            "extreme shape: \(width)×\(height) cannot be scaled to the wanted size"
        case .outOfMemory:
            "no memory for the image"
        }
    }
}
