import CLIPData
import Glibc

/// What became of a picture.
typealias FuzzDecoding = Result<FuzzPicture, ImageDecodeError>

/// A picture's size and pixels, packed or in planes.
struct FuzzPicture {
    var header: ImageHeader
    var bytes: [UInt8]
}

extension Result where Success == FuzzPicture, Failure == ImageDecodeError {
    /// Not the pixels, which another detail may change.
    var words: String {
        switch self {
        case .success(let picture):
            "\(picture.header.format.rawValue) \(picture.header.width)×\(picture.header.height)"
        case .failure(let error): error.description
        }
    }

    func equals(_ other: FuzzDecoding) -> Bool {
        switch (self, other) {
        case (.success(let a), .success(let b)):
            // memcmp, because an array's own comparison crawls without optimisation.
            a.header == b.header && a.bytes.count == b.bytes.count
                && memcmp(a.bytes, b.bytes, a.bytes.count) == 0
        case (.failure(let a), .failure(let b)): a == b
        default: false
        }
    }

    /// - Throws: `FuzzViolation` unless both are good and of one size, or bad for the same kind of reason.
    func expect(_ other: FuzzDecoding, _ circumstance: String) throws {
        let agrees =
            switch (self, other) {
            case (.success(let a), .success(let b)): a.header == b.header
            // The transforms alone care for the shape.
            case (.success, .failure(.extremeShape)): true
            case (.failure(let a), .failure(.extremeShape)): a.kind != "too many pixels"
            case (.failure(let a), .failure(let b)): a.kind == b.kind
            default: false
            }
        guard agrees else { throw FuzzViolation("\(circumstance): \(other.words), otherwise \(words)") }
    }
}

/// A row of a batch.
final class FuzzRow {
    let buffer: UnsafeMutableBufferPointer<UInt8>

    init(_ filler: UInt8, count: Int) {
        buffer = .allocate(capacity: count)
        buffer.initialize(repeating: filler)
    }

    deinit { buffer.deallocate() }
}
