/// The ids of words met before, found by the bytes of the word; emptied when full, so its memory is bounded.
struct WordCache: Sendable {
    private struct Entry {
        var hash: UInt64
        var key: UInt32
        var ids: UInt32
        var keyCount: UInt8
        var idCount: UInt8
    }

    /// Longer words are rare and are encoded each time.
    static let longestWord = 64
    private static let slotCount = 1 << 16
    private static let entryLimit = 40_000

    private var slots = [UInt32](repeating: 0, count: slotCount)
    private var entries: [Entry] = []
    private var keys: [UInt8] = []
    private var ids: [Int32] = []

    static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for byte in word { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ (hash >> 29)
    }

    /// Appends the ids of a word if they are known.
    func append(_ word: UnsafeBufferPointer<UInt8>, hash: UInt64, to output: inout [Int32]) -> Bool {
        var slot = Self.home(hash)
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot] - 1)]
            if entry.hash == hash, entry.keyCount == word.count, isKey(of: entry, word) {
                let start = Int(entry.ids)
                if entry.idCount == 1 {
                    output.append(ids[start])
                } else {
                    output.append(contentsOf: ids[start..<(start + Int(entry.idCount))])
                }
                return true
            }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        return false
    }

    /// Remembers the ids of a word of at most `longestWord` bytes that is not known yet.
    mutating func insert(_ word: UnsafeBufferPointer<UInt8>, hash: UInt64, ids newIds: ArraySlice<Int32>) {
        if entries.count == Self.entryLimit { removeAll() }
        var slot = Self.home(hash)
        while slots[slot] != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
        entries.append(
            Entry(
                hash: hash,
                key: UInt32(keys.count),
                ids: UInt32(ids.count),
                keyCount: UInt8(word.count),
                idCount: UInt8(newIds.count)
            )
        )
        slots[slot] = UInt32(entries.count)
        keys.append(contentsOf: word)
        ids.append(contentsOf: newIds)
    }

    private mutating func removeAll() {
        for slot in slots.indices { slots[slot] = 0 }
        entries.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
    }

    private func isKey(of entry: Entry, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(entry.key)
        for index in 0..<word.count where keys[start + index] != word[index] { return false }
        return true
    }

    private static func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 20) & (slotCount - 1) }
}
