public import Torch
public import TorchNN

extension SentenceEncoder {
    /// Vectors float32 `[N, W]`, not of unit length, recorded where gradients are: stage 1 trains through this.
    ///
    /// - Parameter dropoutKeys: One for each token of the texts, by which the adapter's dropout draws; nil for no dropout.
    public func pooled(_ texts: [EncodedText], dropoutKeys: [Int64]? = nil, tape: ActivationTape? = nil)
        throws
        -> Tensor
    {
        let device = model.device
        let sequences = try PackedSequences(lengths: texts.map(\.ids.count), on: device)
        guard sequences.rowCount > 0 else { return try .zeros([texts.count, width], on: device) }
        let states = try model.hiddenStates(
            of: Tensor(texts.flatMap { $0.ids.map(Int64.init) }, on: device),
            sequences,
            isCausal: encoding.isCausal,
            dropoutKeys: dropoutKeys.map { try Tensor($0, on: device) },
            tape: tape
        )
        let pooling = PooledRows(texts, encoding.pooling)
        let rows = try states.indexSelect(Tensor(pooling.rows, on: device))
        guard let weights = pooling.weights else { return rows }
        let sums = try Tensor.zeros([texts.count, width], on: device)
        try sums.add(
            rows * Tensor(weights, shape: [weights.count, 1], on: device),
            at: Tensor(pooling.texts, on: device)
        )
        return sums
    }

    /// Vectors float32 `[N, W]` on the CPU, not of unit length, in the order of the texts; no graph is built.
    ///
    /// Texts are sorted by length and packed inside, at most `tokensAtATime` in one pass. With which others a text is packed changes
    /// its vector by float32 rounding at most.
    /// - Parameter beforeEachPass: Called before each pass, so that long work can be ended: what it throws is thrown.
    public func vectors(
        of texts: [String],
        tokensAtATime: Int = 4096,
        beforeEachPass: () throws -> Void = {}
    ) throws -> Tensor {
        try vectors(
            of: texts.map { encode($0) },
            tokensAtATime: tokensAtATime,
            beforeEachPass: beforeEachPass
        )
    }

    /// The same of texts that are ids already.
    public func vectors(
        of texts: [EncodedText],
        tokensAtATime: Int = 4096,
        beforeEachPass: () throws -> Void = {}
    ) throws -> Tensor {
        let result = try Tensor.zeros([texts.count, width])
        let order = texts.indices.sorted {
            (texts[$0].ids.count, $0) < (texts[$1].ids.count, $1)
        }
        var rest = order[...]
        while let first = rest.first {
            var tokens = texts[first].ids.count
            var end = rest.startIndex + 1
            while end < rest.endIndex, tokens + texts[rest[end]].ids.count <= tokensAtATime {
                tokens += texts[rest[end]].ids.count
                end += 1
            }
            let pass = rest[..<end]
            rest = rest[end...]
            try beforeEachPass()
            try withoutGradient {
                let vectors = try pooled(pass.map { texts[$0] }).to(.cpu)
                try result.copy(from: vectors, at: Tensor(pass.map(Int64.init)))
            }
        }
        return result
    }
}

/// Which rows of packed texts make the vectors, and with which weights.
private struct PooledRows {
    /// Rows, and the text of each.
    private(set) var rows: [Int64] = []
    private(set) var texts: [Int64] = []
    /// Nil where each text is one row as it is.
    private(set) var weights: [Float]?

    init(_ texts: [SentenceEncoder.EncodedText], _ pooling: SentenceEncoding.Pooling) {
        var start = 0
        var weights: [Float] = []
        for (number, text) in texts.enumerated() {
            let end = start + text.ids.count
            let pooled: Range<Int>
            switch pooling {
            case .mean, .weightedMean: pooled = (end - text.pooledCount)..<end
            case .last: pooled = (end - 1)..<end
            case .first: pooled = start..<(start + 1)
            }
            let total =
                pooling == .weightedMean
                ? Double(pooled.count * (pooled.count + 1)) / 2 : Double(pooled.count)
            for (place, row) in pooled.enumerated() {
                rows.append(Int64(row))
                self.texts.append(Int64(number))
                weights.append(Float((pooling == .weightedMean ? Double(place + 1) : 1) / total))
            }
            start = end
        }
        self.weights = [.mean, .weightedMean].contains(pooling) ? weights : nil
    }
}
