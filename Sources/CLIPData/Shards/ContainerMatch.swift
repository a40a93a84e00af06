/// How the samples of a container that was read again compare with those that an index knows.
///
/// A sample is the one that has its identity, so it keeps its number wherever it lies now. A row that is named by its number
/// alone must name the same picture, too: after a row was taken out, the number stands for another one. What was gone and
/// is back has its number again.
struct ContainerMatch: Sendable {
    /// For each ordinal of the container's parts, in order, the sample of the scan that it stands for; nil where it is gone.
    private(set) var samples: [Int?] = []
    /// The samples of the scan that have no number yet.
    private(set) var added: [Int] = []
    /// The identities of the scan's samples.
    private(set) var identities: [UInt64] = []
    /// The samples of the scan whose key came before.
    private(set) var isRepeated: [Bool] = []
    /// Samples whose fields or texts are others.
    private(set) var edited = 0
    /// Samples that are gone since the index was made.
    private(set) var gone = 0
    /// Samples that were gone and are back.
    private(set) var returned = 0
    /// Whether fields lie at other places.
    private(set) var hasMoved = false

    /// Whether the index says of each sample what the scan says.
    var isSame: Bool { added.isEmpty && gone == 0 && returned == 0 && edited == 0 && !hasMoved }

    /// - Parameter path: The container's path in the index.
    init(_ scan: ContainerScan, path: String, in index: IndexContents) {
        var names = SampleIdentities(of: index.identityPaths[path] ?? path)
        names.reserve(scan.samples.count)
        var places: [UInt64: Int] = [:]
        places.reserveCapacity(scan.samples.count)
        for (place, sample) in scan.samples.enumerated() {
            let (identity, isRepeated) = names.next(sample.key)
            identities.append(identity)
            self.isRepeated.append(isRepeated)
            places[identity] = place
        }
        var isTaken = [Bool](repeating: false, count: scan.samples.count)
        let parts = index.metadata.shards.filter { $0.path == path }
        var free: [(slot: Int, ordinal: Int)] = []
        for part in parts {
            let live = part.live
            var run = 0
            for ordinal in part.firstOrdinal..<part.firstOrdinal + part.samples {
                while run < live.count, live[run].upperBound <= ordinal { run += 1 }
                let isLive = run < live.count && live[run].contains(ordinal)
                let identity = index.identities[ordinal]
                guard isLive else {
                    free.append((samples.count, ordinal))
                    samples.append(nil)
                    continue
                }
                guard let place = places[identity], !isTaken[place],
                    Self.isOne(ordinal, scan.samples[place], place, scan, index)
                else {
                    gone += 1
                    samples.append(nil)
                    continue
                }
                isTaken[place] = true
                samples.append(place)
                note(ordinal, scan.samples[place], scan, index)
            }
        }
        for (slot, ordinal) in free {
            guard let place = places[index.identities[ordinal]], !isTaken[place],
                Self.returns(ordinal, scan.samples[place], place, scan, index)
            else { continue }
            isTaken[place] = true
            samples[slot] = place
            returned += 1
        }
        added = isTaken.indices.filter { !isTaken[$0] }
    }

    /// Whether a row has no name but its number.
    private static func isNumbered(_ sample: ScannedSample, _ place: Int, _ scan: ContainerScan) -> Bool {
        (scan.kind == .table || scan.kind == .jsonLines) && sample.key == "\(place)"
    }

    /// Whether what has the identity of a sample that is gone is that sample.
    private static func returns(
        _ ordinal: Int,
        _ sample: ScannedSample,
        _ place: Int,
        _ scan: ContainerScan,
        _ index: IndexContents
    ) -> Bool {
        guard isNumbered(sample, place, scan) else { return true }
        guard let kept = index.rowPicture(of: ordinal, scan.kind),
            let new = sample.fields.first(where: { $0.place == .file })
        else { return false }
        return StableHash.of(scan.text[new.offset..<new.offset + new.size]) == kept
    }

    /// Whether what has the identity is the sample.
    private static func isOne(
        _ ordinal: Int,
        _ sample: ScannedSample,
        _ place: Int,
        _ scan: ContainerScan,
        _ index: IndexContents
    ) -> Bool {
        guard isNumbered(sample, place, scan),
            let old = index.fields(of: ordinal).first(where: { $0.place == FieldRecord.Place.file.rawValue }),
            let new = sample.fields.first(where: { $0.place == .file })
        else { return true }
        return index.text(of: old).elementsEqual(scan.text[new.offset..<new.offset + new.size])
    }

    private mutating func note(
        _ ordinal: Int,
        _ sample: ScannedSample,
        _ scan: ContainerScan,
        _ index: IndexContents
    ) {
        let old = index.fields(of: ordinal)
        var suffixes: Set<String> = []
        let new = sample.fields.filter { suffixes.insert($0.suffix).inserted }
        let isEqual =
            old.count == new.count
            && zip(old, new).allSatisfy { old, new in
                let names = index.metadata.suffixes
                guard names.indices.contains(Int(old.suffix)), names[Int(old.suffix)] == new.suffix,
                    old.place == new.place.rawValue, old.size == new.size, old.detail == new.detail
                else { return false }
                guard new.place != .container else { return true }
                return index.text(of: old).elementsEqual(scan.text[new.offset..<new.offset + new.size])
            }
        if !isEqual { edited += 1 }
        if !zip(old, new).allSatisfy({ $1.place != .container || $0.offset == UInt64($1.offset) }) {
            hasMoved = true
        }
    }
}
