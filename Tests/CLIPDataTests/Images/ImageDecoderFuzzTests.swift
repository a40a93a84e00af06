import CLIPData
import Foundation
import Testing

/// Damaged files end in a picture or an error, never in a crash.
@Suite struct ImageDecoderFuzzTests {
    private static let seeds = ImageFixtures.expected.good.filter { $0.width < 100 && $0.height < 100 }

    @Test(arguments: seeds)
    func everyTruncationIsAnError(_ seed: ImageFixtures.Good) throws {
        let bytes = try ImageFixtures.bytes(seed.file)
        let workspace = ImageWorkspace()
        let decoder = ImageDecoder(maxPixels: 1_000_000)
        // A cut animation may still hold its whole first frame.
        guard !seed.animated else { return }
        let step = max(1, bytes.count / 400)
        let whole = try decoder.decode(bytes).pixels
        for length in stride(from: 0, to: bytes.count, by: step) {
            // A copy of its own, so that a sanitizer sees a read past the end.
            let cut = Array(bytes[0..<length])
            // Behind the pixels of a PNG stands nothing that is needed.
            if seed.file.hasSuffix(".png"), let image = try? decoder.decode(cut) {
                #expect(image.pixels == whole, "\(length) of \(bytes.count) bytes")
                continue
            }
            let error = #expect(throws: ImageDecodeError.self, "\(length) of \(bytes.count) bytes") {
                try cut.withUnsafeBytes { _ = try decoder.decode($0, workspace: workspace) }
            }
            #expect(error?.kind.hasPrefix("corrupt") == false, "\(error?.description ?? "") at \(length)")
        }
    }

    @Test(arguments: seeds)
    func damageNeverCrashes(_ seed: ImageFixtures.Good) throws {
        let bytes = try ImageFixtures.bytes(seed.file)
        let workspace = ImageWorkspace()
        let decoder = ImageDecoder(maxPixels: 200_000)
        var random = CounterRandom(seed: 5, purpose: .order)
        var kinds: [String: Int] = [:]
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0...random.index(below: 6) {
                // Half of the damage hits the headers, where it does the most.
                let range = random.uniform() < 0.5 ? min(64, damaged.count) : damaged.count
                damaged[random.index(below: range)] = UInt8(random.index(below: 256))
            }
            if random.uniform() < 0.2 { damaged.removeLast(random.index(below: damaged.count)) }
            do throws(ImageDecodeError) {
                let header = try header(damaged, decoder, workspace)
                #expect(header.width * header.height <= decoder.maxPixels)
                let image = try decoder.decode(damaged)
                #expect(image.width == header.width && image.height == header.height)
                kinds["decoded", default: 0] += 1
            } catch {
                kinds[error.kind, default: 0] += 1
            }
        }
        #expect(kinds.count > 1, "\(kinds)")
    }

    private func header(
        _ bytes: [UInt8],
        _ decoder: ImageDecoder,
        _ workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> ImageHeader {
        let result: Result<ImageHeader, ImageDecodeError> = bytes.withUnsafeBytes { raw in
            do throws(ImageDecodeError) {
                return .success(try decoder.header(of: raw, workspace: workspace))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
