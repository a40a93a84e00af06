/// Byte strings by number, and numbers by byte string.
struct ByteStringTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where the string of a number ends.
    private var ends: [Int] = []
    /// Numbers plus one by hash; 0 for none.
    private var slots: [Int32]

    /// - Parameter strings: By number; empty ones are not found.
    init(_ strings: [[UInt8]]) {
        var bits = 4
        while 1 << bits < strings.count * 2 { bits += 1 }
        slots = [Int32](repeating: 0, count: 1 << bits)
        ends.reserveCapacity(strings.count)
        for string in strings {
            bytes.append(contentsOf: string)
            ends.append(bytes.count)
        }
        for (number, string) in strings.enumerated() where !string.isEmpty {
            string.withUnsafeBufferPointer { slots[slot(of: $0)] = Int32(number + 1) }
        }
    }

    var count: Int { ends.count }

    /// The string of a number.
    subscript(number: Int) -> ArraySlice<UInt8> { bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]] }

    /// The number of a string; the last one where several have it.
    func number(of string: UnsafeBufferPointer<UInt8>) -> Int32? {
        let found = slots[slot(of: string)]
        return found == 0 ? nil : found - 1
    }

    private func slot(of string: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = WordCache.hash(string)
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
        while slots[slot] != 0, !isString(Int(slots[slot] - 1), string) {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func isString(_ number: Int, _ string: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == string.count else { return false }
        for index in 0..<string.count where bytes[start + index] != string[index] { return false }
        return true
    }
}
