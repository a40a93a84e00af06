extension RandomNumberGenerator {
    /// A number in `0 ..< count`, the same on every platform and toolchain.
    mutating func place(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Different numbers in `0 ..< count` in random order; each choice and order is equally likely.
    package mutating func places(_ chosen: Int, below count: Int) -> [Int] {
        var places = Array(0..<count)
        for number in 0..<chosen { places.swapAt(number, number + place(below: count - number)) }
        return Array(places.prefix(chosen))
    }
}
