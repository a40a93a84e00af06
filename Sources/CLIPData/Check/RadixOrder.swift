/// Orders numbers by a key in linear time, stably.
enum RadixOrder {
    private static let digit = 11

    /// Sorts `numbers` by the lowest `bits` bits of `key`; equal keys keep their order.
    static func sort(_ numbers: inout [UInt32], bits: Int, key: (UInt32) -> UInt64) {
        var keys = numbers.map(key)
        var otherNumbers = numbers
        var otherKeys = keys
        for shift in stride(from: 0, to: bits, by: digit) {
            pass(numbers, keys, into: &otherNumbers, &otherKeys, shift: shift)
            swap(&numbers, &otherNumbers)
            swap(&keys, &otherKeys)
        }
    }

    private static func pass(
        _ numbers: [UInt32],
        _ keys: [UInt64],
        into sortedNumbers: inout [UInt32],
        _ sortedKeys: inout [UInt64],
        shift: Int
    ) {
        let mask = UInt64(1 << digit - 1)
        let count = numbers.count
        numbers.withUnsafeBufferPointer { numbers in
            keys.withUnsafeBufferPointer { keys in
                sortedNumbers.withUnsafeMutableBufferPointer { sortedNumbers in
                    sortedKeys.withUnsafeMutableBufferPointer { sortedKeys in
                        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << digit) { starts in
                            starts.initialize(repeating: 0)
                            for place in 0..<count { starts[Int(keys[place] >> UInt64(shift) & mask)] &+= 1 }
                            var sum = 0
                            for value in starts.indices {
                                let size = starts[value]
                                starts[value] = sum
                                sum &+= size
                            }
                            for place in 0..<count {
                                let value = Int(keys[place] >> UInt64(shift) & mask)
                                let target = starts[value]
                                starts[value] = target &+ 1
                                sortedNumbers[target] = numbers[place]
                                sortedKeys[target] = keys[place]
                            }
                        }
                    }
                }
            }
        }
    }
}
