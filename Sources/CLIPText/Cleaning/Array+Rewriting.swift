extension Array {
    /// The elements with some runs replaced.
    ///
    /// - Parameter replace: Asked at each place that is reached: it appends what stands there from now on and
    ///   returns where to go on, or nil to keep the element.
    @inline(__always)
    func rewritten(_ replace: (_ place: Int, _ result: inout [Element]) -> Int?) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(count + 8)
        var place = 0
        while place < count {
            if let next = replace(place, &result) {
                place = next
            } else {
                result.append(self[place])
                place += 1
            }
        }
        return result
    }
}
