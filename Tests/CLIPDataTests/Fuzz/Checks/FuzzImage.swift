import Glibc

@testable import CLIPData

/// Pixels depend on the bytes alone, not on what memory held before; exact and reduced decoding, both kinds of
/// transparency and every transform agree on whether a picture is good and how large it is.
struct FuzzImage {
    /// Small enough that a declared size costs little.
    static let maxPixels = 1 << 14

    let bytes: UnsafeRawBufferPointer
    let fill: FuzzFiles.Fill
    private let workspace = ImageWorkspace()

    init(_ bytes: UnsafeRawBufferPointer, fill: @escaping FuzzFiles.Fill) {
        self.bytes = bytes
        self.fill = fill
    }

    func check() throws -> String {
        let exact = try twice { filler throws(ImageDecodeError) in try decode(filler) }
        let dropped = try twice { filler throws(ImageDecodeError) in try decode(filler, alpha: .drop) }
        try exact.expect(dropped, "without transparency")
        if case .success(let image) = exact, image.header.format == .jpeg {
            for reduction in [2, 4, 8] {
                let reduced = try twice { filler throws(ImageDecodeError) in
                    try decode(filler, reduction: reduction)
                }
                try exact.expect(reduced, "at 1/\(reduction)")
            }
        }
        for detail in ImageDecoder.Detail.allCases {
            let decoder = ImageDecoder(maxPixels: Self.maxPixels, detail: detail)
            let evaluated = try twice { filler throws(ImageDecodeError) in
                try evaluate(filler, decoder)
            }
            try exact.expect(evaluated, "for evaluation, \(detail)")
            let trained = try twice { filler throws(ImageDecodeError) in try train(filler, decoder) }
            try exact.expect(trained, "for training, \(detail)")
        }
        return exact.words
    }

    /// Does it with memory of zeros and of ones before, which must not show.
    private func twice(
        _ body: (_ filler: UInt8) throws(ImageDecodeError) -> FuzzPicture
    ) throws -> FuzzDecoding {
        let (zeros, ones) = (once(0, body), once(0xFF, body))
        guard zeros.equals(ones) else {
            throw FuzzViolation("the result depends on memory: \(zeros.words), \(ones.words)")
        }
        return zeros
    }

    private func once(
        _ filler: UInt8,
        _ body: (_ filler: UInt8) throws(ImageDecodeError) -> FuzzPicture
    ) -> FuzzDecoding {
        let pixels = workspace.pixelBuffer(3 * Self.maxPixels + DecodedPixels.slack)
        if let start = pixels.baseAddress { memset(start, Int32(filler), pixels.count) }
        fill(workspace, filler)
        do throws(ImageDecodeError) { return .success(try body(filler)) } catch { return .failure(error) }
    }
}

extension FuzzImage {
    private func decode(
        _ filler: UInt8,
        reduction: Int = 1,
        alpha: ImageDecoder.Alpha = .white
    ) throws(ImageDecodeError) -> FuzzPicture {
        let decoder = ImageDecoder(maxPixels: Self.maxPixels, alpha: alpha)
        let header = try decoder.header(of: bytes, workspace: workspace)
        let decoded = try decoder.read(header, reduction: reduction, workspace: workspace)
        let count = 3 * decoded.width * decoded.height
        return FuzzPicture(
            header: header,
            bytes: Array(UnsafeBufferPointer(start: decoded.pixels, count: count))
        )
    }

    private static let height = 12
    private static let width = 8

    private func evaluate(_ filler: UInt8, _ decoder: ImageDecoder) throws(ImageDecodeError) -> FuzzPicture {
        let row = FuzzRow(filler, count: 3 * Self.height * Self.width)
        let header = try decoder.header(of: bytes, workspace: workspace)
        try EvaluationTransform(height: Self.height, width: Self.width, resizeMode: .longest)
            .apply(to: bytes, decoder: decoder, workspace: workspace, into: row.buffer)
        return FuzzPicture(header: header, bytes: Array(row.buffer))
    }

    private func train(_ filler: UInt8, _ decoder: ImageDecoder) throws(ImageDecodeError) -> FuzzPicture {
        let row = FuzzRow(filler, count: 3 * Self.height * Self.width)
        let header = try decoder.header(of: bytes, workspace: workspace)
        var random = CounterRandom(seed: UInt64(bytes.count), purpose: .crop)
        try TrainTransform(height: Self.height, width: Self.width)
            .apply(to: bytes, decoder: decoder, random: &random, workspace: workspace, into: row.buffer)
        return FuzzPicture(header: header, bytes: Array(row.buffer))
    }
}
