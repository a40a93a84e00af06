/// One row's texts and numbers; its pixels lie in the batch already.
struct BatchRow: Sendable {
    struct Caption: Sendable {
        var content: CaptionContent
        var key: UInt64
        var source: Int
    }

    var ordinal: Int
    var identity: UInt64
    var visit: Int
    var captions: [Caption]
}

/// Makes rows: a pure function of the position, whichever thread calls it.
struct RowMaker: Sendable {
    /// So many replacements are tried before a position is given up.
    static let maximumAttempts = 64

    var source: any SampleSource
    let settings: LoaderSettings
    let order: any SampleOrder
    let images: any ImageTransforming
    let texts: CaptionInput
    private let reader: CaptionReader
    private let pairs: CaptionPairReader?

    init(
        source: any SampleSource,
        settings: LoaderSettings,
        images: any ImageTransforming,
        texts: CaptionInput
    ) {
        self.source = source
        self.settings = settings
        self.images = images
        self.texts = texts
        let reader = CaptionReader(policy: settings.captions)
        self.reader = reader
        pairs = settings.pairing.map { CaptionPairReader(reader: reader, pairing: $0) }
        order = settings.sampleOrder(of: source)
    }

    /// The size of a row's pixels in bytes.
    var rowBytes: Int { 3 * images.width * images.height }

    /// Fills the row of a position, from the reserve stream if its sample is bad and rows must not be missing.
    ///
    /// - Parameters:
    ///   - timing: What the phases took is added to it.
    ///   - faults: Receives the samples that were met and could not be used.
    /// - Returns: nil when the order leaves bad rows out.
    /// - Throws: `ShardError` when the data itself cannot be read; `LoaderError.noReplacement`.
    func row(
        at position: Int,
        pixels: UnsafeMutableBufferPointer<UInt8>,
        workspace: ImageWorkspace,
        timing: inout RowTiming,
        faults: inout [SampleFault]
    ) throws -> BatchRow? {
        if let row = try attempt(order.sample(at: position), position, pixels, workspace, &timing, &faults) {
            return row
        }
        if settings.order == .sequential { return nil }
        for attempt in 0..<Self.maximumAttempts {
            let visit = order.reserve(for: position, attempt: attempt)
            if let row = try self.attempt(visit, position, pixels, workspace, &timing, &faults) {
                return row
            }
        }
        var table = FaultTable()
        for fault in faults { table.add(fault) }
        throw LoaderError.noReplacement(position: position, attempts: Self.maximumAttempts, table: table)
    }

    private func attempt(
        _ visit: SampleVisit,
        _ position: Int,
        _ pixels: UnsafeMutableBufferPointer<UInt8>,
        _ workspace: ImageWorkspace,
        _ timing: inout RowTiming,
        _ faults: inout [SampleFault]
    ) throws -> BatchRow? {
        do {
            return try row(of: visit, pixels, workspace, &timing)
        } catch let error as ShardError {
            throw error
        } catch let error as CaptionFileError {
            throw error
        } catch let error as LoaderError {
            throw error
        } catch {
            let kind = (error as? any SampleFaultError)?.faultKind ?? .badImage
            faults.append(
                SampleFault(
                    kind: kind,
                    label: source.label(at: visit.index),
                    ordinal: source.ordinal(at: visit.index),
                    position: position,
                    reason: String(describing: error)
                )
            )
            return nil
        }
    }

    private func row(
        of visit: SampleVisit,
        _ pixels: UnsafeMutableBufferPointer<UInt8>,
        _ workspace: ImageWorkspace,
        _ timing: inout RowTiming
    ) throws -> BatchRow {
        var clock = PhaseClock()
        let ordinal = source.ordinal(at: visit.index)
        func random(_ purpose: CounterRandom.Purpose) -> CounterRandom {
            CounterRandom(
                seed: settings.seed,
                stage: UInt64(settings.stage),
                visit: UInt64(visit.visit),
                ordinal: UInt64(ordinal),
                purpose: purpose
            )
        }
        // Captions first: they are cheap, and a bad one saves the decoding.
        let chosen =
            try pairs?.texts(
                of: visit.index,
                in: source,
                random: random(.caption),
                negatives: random(.negative)
            )
            ?? reader.captions(of: visit.index, in: source, random: random(.caption)).map {
                CaptionPairReader.Text(pair: PairText($0.text), source: $0.source)
            }
        let sources = settings.captions.sources
        let captions = try chosen.enumerated().map { number, caption in
            let key = CaptionKey.of(caption.pair.text)
            let content = try texts.content(
                of: caption.pair.text,
                instruction: caption.pair.instruction,
                key: key,
                source: (caption.source, caption.source < 0 ? "pairs" : sources[caption.source].name),
                ordinal: ordinal,
                label: source.label(at: visit.index),
                random: random(.textMask).numbered(number)
            )
            return BatchRow.Caption(content: content, key: key, source: caption.source)
        }
        timing.text += clock.lap()
        let row = BatchRow(
            ordinal: ordinal,
            identity: source.identity(at: visit.index),
            visit: visit.visit,
            captions: captions
        )
        guard images.readsImages else { return row }
        timing.imagesRead += 1
        let image = try source.image(settings.imageFields, at: visit.index)
        image.touch()
        timing.read += clock.lap()
        var crop = random(.crop)
        let decodedBefore = workspace.decodeSeconds
        defer {
            let decode = workspace.decodeSeconds - decodedBefore
            timing.decode += decode
            timing.transform += max(0, clock.lap() - decode)
        }
        try image.withUnsafeBytes { encoded in
            try images.transform(encoded, into: pixels, using: &crop, workspace: workspace)
        }
        return row
    }
}
