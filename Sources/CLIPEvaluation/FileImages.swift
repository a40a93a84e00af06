import CLIPData
import Foundation
import Synchronization

/// Decodes image files into batches, the next one while the consumer works on the present one.
final class FileImages: Sendable {
    /// The pixels of consecutive files: uint8 `[count, 3, H, W]`.
    struct Decoded: Sendable {
        var pixels: HostBuffer
        var count: Int
    }

    private let paths: [String]
    private let images: EvaluationImages
    private let options: EvaluationOptions
    private let allocator = PageableAllocator()
    private let queue = DispatchQueue(label: "image files")

    init(_ paths: [String], images: EvaluationImages, options: EvaluationOptions) {
        self.paths = paths
        self.images = images
        self.options = options
    }

    /// - Throws: ``EvaluationError/image(path:reason:)`` for the first file that cannot be used.
    func forEachBatch(_ body: (Decoded) throws -> Void) throws {
        let parts = paths.indices.parts(of: options.imageBatch)
        guard var pending = parts.first.map(start) else { return }
        for next in parts.dropFirst() {
            let decoded = try pending.wait()
            pending = start(next)
            do {
                try body(decoded)
            } catch {
                _ = try? pending.wait()
                throw error
            }
        }
        try body(pending.wait())
    }

    private func start(_ part: Range<Int>) -> Pending {
        let pending = Pending()
        queue.async { [self] in pending.finish(Result { try decode(part) }) }
        return pending
    }

    private func decode(_ part: Range<Int>) throws -> Decoded {
        let rowBytes = 3 * images.height * images.width
        let pixels = allocator.allocate(byteCount: part.count * rowBytes)
        let failures = Mutex<[Int: String]>([:])
        let workers = min(options.threads, part.count)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let workspace = ImageWorkspace()
            for row in stride(from: worker, to: part.count, by: workers) {
                let start = (pixels.baseAddress + row * rowBytes).bindMemory(
                    to: UInt8.self,
                    capacity: rowBytes
                )
                do {
                    let file = try MappedFile(paths[part.lowerBound + row])
                    try withExtendedLifetime(file) {
                        try images.transform.apply(
                            to: file.bytes,
                            decoder: images.decoder,
                            workspace: workspace,
                            into: UnsafeMutableBufferPointer(start: start, count: rowBytes)
                        )
                    }
                } catch {
                    failures.withLock { $0[row] = String(describing: error) }
                }
            }
        }
        if let (row, reason) = failures.withLock({ $0.min { $0.key < $1.key } }) {
            throw EvaluationError.image(path: paths[part.lowerBound + row], reason: reason)
        }
        return Decoded(pixels: pixels, count: part.count)
    }
}

extension FileImages {
    /// A batch that is being decoded.
    private final class Pending: Sendable {
        private let result = Mutex<Result<Decoded, any Error>?>(nil)
        private let isDone = DispatchGroup()

        init() { isDone.enter() }

        func finish(_ result: sending Result<Decoded, any Error>) {
            self.result.withLock { [result] in $0 = result }
            isDone.leave()
        }

        func wait() throws -> Decoded {
            isDone.wait()
            guard let result = result.withLock({ $0 }) else { throw LoaderError.stopped }
            return try result.get()
        }
    }
}
