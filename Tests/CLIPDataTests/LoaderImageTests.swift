import Testing

@testable import CLIPData

@Suite struct LoaderImageTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    /// Ten pictures of one colour each, as JPEG and PNG in turn; number 3 is cut off, number 5 is no picture.
    private func data() throws -> ShardDataset {
        var tar = TestTar()
        for number in 0..<10 {
            var pixels = [UInt8](repeating: UInt8(number * 20), count: 40 * 30 * 3)
            // Noise makes the picture that is cut off long enough to keep its header.
            if number == 3 { for place in pixels.indices { pixels[place] = UInt8(place * place % 251) } }
            let image = RGBImage(width: 40, height: 30, pixels: pixels)
            let isJPEG = number % 2 == 1
            var bytes = try (isJPEG ? ImageEncoder.jpeg(quality: 95) : .png(level: 1)).encode(image)
            if number == 3 { bytes.removeLast(bytes.count / 2) }
            if number == 5 { bytes = Array("no picture".utf8) }
            tar.add("\(number).\(isJPEG ? "jpg" : "png")", bytes)
            tar.add("\(number).txt", "number \(number)")
        }
        try directory.write(tar.closed, "0.tar")
        return try ShardDataset.open([directory.path])
    }

    @Test func decodesRowsForTraining() throws {
        var settings = LoaderSettings(batchSize: 10, captions: try CaptionPolicy(), maximumBadSampleRate: 1)
        settings.seed = 2
        let images = TrainingImages(TrainTransform(height: 8, width: 16, horizontalFlip: 0.5))
        let data = try data()
        var results: [[String]] = []
        for threads in [1, 4] {
            settings.threads = threads
            let loader = try DataLoader(
                source: data,
                settings: settings,
                images: images,
                tokenize: byteTokens
            )
            let batches = try loader.take(3)
            for batch in batches {
                #expect(batch.height == 8 && batch.width == 16 && batch.images.byteCount == 10 * 3 * 8 * 16)
                for row in 0..<10 {
                    #expect(![3, 5].contains(batch.ordinals[row]))
                    let first = batch.images.withUnsafeBytes { Int64($0[row * 384]) }
                    #expect(abs(first - batch.ordinals[row] * 20) <= 2)
                }
            }
            results.append(batches.map(\.fingerprint))
            let kinds = Set(loader.counters.faults.counts.keys.map(\.rawValue))
            #expect(kinds == ["image: truncated jpeg", "image: unsupported format"])
        }
        #expect(results[0] == results[1])
    }

    @Test func decodesRowsForEvaluation() throws {
        var settings = LoaderSettings(batchSize: 4, captions: try CaptionPolicy(rule: .all))
        settings.order = .sequential
        settings.maximumBadSampleRate = 0.5
        let images = EvaluationImages(EvaluationTransform(height: 8, width: 8))
        let loader = try DataLoader(source: data(), settings: settings, images: images, tokenize: byteTokens)
        var ordinals: [Int64] = []
        while let batch = try loader.next() { ordinals += batch.ordinals }
        #expect(ordinals == [0, 1, 2, 4, 6, 7, 8, 9])
    }

    @Test func probesHeaders() throws {
        let statistics = try DataStatistics.gather(data(), probe: ProbedImage.header)
        let images = try #require(statistics.images)
        #expect(images.formats == ["jpeg": 4, "png": 5] && images.unreadable == 1)
        #expect(images.width.maximum == 40 && images.shortSide.minimum == 30)
    }

    @Test func anAllocatorThatFailsStopsAfterTheBatchesBefore() throws {
        struct Full: Error {}
        struct Failing: HostAllocator {
            let inner = PageableAllocator()
            let position: Int
            let calls = AtomicCount()

            func allocate(byteCount: Int) throws -> HostBuffer {
                if calls.next() == position { throw Full() }
                return inner.allocate(byteCount: byteCount)
            }
        }
        let settings = LoaderSettings(batchSize: 2, captions: try CaptionPolicy(), maximumBadSampleRate: 1)
        let loader = try DataLoader(
            source: data(),
            settings: settings,
            images: EvaluationImages(EvaluationTransform(height: 8, width: 8)),
            tokenize: byteTokens,
            allocator: Failing(position: 2)
        )
        #expect(try loader.take(2).map(\.position) == [0, 2])
        #expect(throws: Full.self) { try loader.next() }
        #expect(throws: Full.self) { try loader.next() }
    }
}
