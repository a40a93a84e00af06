/// A batch in work: threads fill its rows in any order.
///
/// @unchecked because threads write different rows of the pixels at a time; all else changes under the loader's lock.
final class BatchAssembly: @unchecked Sendable {
    let position: Int
    let nextPosition: Int
    /// The stream positions of this rank's rows.
    let rows: Range<Int>
    private let buffer: HostBuffer
    private let rowBytes: Int
    private var results: [BatchRow?]
    private var isDone: [Bool]
    private var faults: [[SampleFault]]
    private var claimed = 0
    private var finished = 0
    private(set) var failure: (position: Int, error: any Error)?

    init(
        position: Int,
        nextPosition: Int,
        rows: Range<Int>,
        rowBytes: Int,
        allocator: any HostAllocator
    ) throws {
        self.position = position
        self.nextPosition = nextPosition
        self.rows = rows
        self.rowBytes = rowBytes
        buffer = try allocator.allocate(byteCount: rows.count * rowBytes)
        results = Array(repeating: nil, count: rows.count)
        isDone = Array(repeating: false, count: rows.count)
        faults = Array(repeating: [], count: rows.count)
    }

    var isComplete: Bool { finished == rows.count }

    /// The error that the batch ends with, once no row before it is in work any more: the message does not depend on
    /// timing, and nobody waits for the rows behind it.
    var settledFailure: (any Error)? {
        guard let failure, isDone[..<(failure.position - rows.lowerBound)].allSatisfy(\.self) else {
            return nil
        }
        return failure.error
    }

    /// The next row that nobody works on; none behind a failure, which would meet it once more.
    func claim() -> Int? {
        guard failure == nil, claimed < rows.count else { return nil }
        defer { claimed += 1 }
        return claimed
    }

    func pixels(of row: Int) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(rebasing: buffer.mutableBytes[row * rowBytes..<(row + 1) * rowBytes])
    }

    func finish(_ row: Int, _ result: Result<BatchRow?, any Error>, faults: [SampleFault]) {
        finished += 1
        isDone[row] = true
        self.faults[row] = faults
        switch result {
        case .success(let value): results[row] = value
        case .failure(let error):
            // The lowest position's error is reported, so that the message does not depend on timing.
            if failure.map({ rows.lowerBound + row < $0.position }) ?? true {
                failure = (rows.lowerBound + row, error)
            }
        }
    }

    /// Puts the rows together; rows without a result are left out.
    ///
    /// - Parameter embeddingWidth: Width of the embeddings that stand for captions; nil for captions of tokens.
    func batch(height: Int, width: Int, captionsPerImage: Int?, embeddingWidth: Int?) -> Batch {
        var batch = Batch(
            position: position,
            nextPosition: nextPosition,
            count: 0,
            height: height,
            width: width,
            images: buffer,
            text: .tokens(ids: [], offsets: [0]),
            captionOffsets: [0],
            captionsPerImage: captionsPerImage,
            captionKeys: [],
            captionSources: [],
            ordinals: [],
            identities: [],
            visits: [],
            faults: faults.flatMap { $0 },
            waited: 0
        )
        var ids: [Int32] = []
        var offsets: [Int32] = [0]
        var embeddings: [Float] = []
        var pooled: [Int32] = []
        for (place, result) in results.enumerated() {
            guard let result else { continue }
            if place != batch.count {
                pixels(of: batch.count).baseAddress?.update(
                    from: pixels(of: place).baseAddress.unsafelyUnwrapped,
                    count: rowBytes
                )
            }
            batch.count += 1
            batch.ordinals.append(Int64(result.ordinal))
            batch.identities.append(result.identity)
            batch.visits.append(Int64(result.visit))
            for caption in result.captions {
                switch caption.content {
                case .tokens(let tokens):
                    ids += tokens
                    offsets.append(Int32(ids.count))
                case .sentence(let sentence):
                    ids += sentence.ids
                    offsets.append(Int32(ids.count))
                    pooled.append(Int32(sentence.pooledCount))
                case .embedding(let values): embeddings += values
                }
                batch.captionKeys.append(caption.key)
                batch.captionSources.append(Int32(caption.source))
            }
            batch.captionOffsets.append(Int32(batch.captionKeys.count))
        }
        if !pooled.isEmpty { batch.pooledCounts = pooled }
        batch.text =
            embeddingWidth.map { .embeddings(values: embeddings, width: $0) }
            ?? .tokens(ids: ids, offsets: offsets)
        return batch
    }
}
