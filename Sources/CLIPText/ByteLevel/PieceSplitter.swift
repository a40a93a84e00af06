/// The steps that cut a text into the pieces which are then merged each by itself.
struct PieceSplitter: Sendable {
    /// One step; each works on the pieces of the one before it.
    enum Step: Sendable {
        /// A known expression, whose matches are the pieces.
        case scan(WordPattern)
        /// What the file's own Split says.
        case split(SplitPattern, SplitBehavior, isInverted: Bool)
        /// Numbers apart from all else, one by one or together.
        case digits(isIndividual: Bool)
        /// A space before each piece that does not begin with one.
        case prefixSpace
    }

    let steps: [Step]

    /// Gives the pieces to `use` in order, until it returns false.
    @discardableResult
    func split(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from step: Int = 0,
        _ use: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        if bytes.isEmpty { return true }
        guard step < steps.count else { return use(bytes) }
        switch steps[step] {
        case .scan(let pattern):
            var scanner = WordScanner(bytes, pattern)
            while let range = scanner.next() {
                guard split(UnsafeBufferPointer(rebasing: bytes[range]), from: step + 1, use) else {
                    return false
                }
            }
            return true
        case .split(let pattern, let behavior, let isInverted):
            var parts = pattern.parts(of: bytes)
            if isInverted { parts = parts.map { ($0.range, !$0.isMatch) } }
            return behavior.pieces(of: parts).allSatisfy {
                split(UnsafeBufferPointer(rebasing: bytes[$0]), from: step + 1, use)
            }
        case .digits(let isIndividual):
            return forEachNumber(in: bytes, isIndividual) {
                split(UnsafeBufferPointer(rebasing: bytes[$0]), from: step + 1, use)
            }
        case .prefixSpace:
            if bytes[0] == UInt8(ascii: " ") { return split(bytes, from: step + 1, use) }
            return ([UInt8(ascii: " ")] + bytes).withUnsafeBufferPointer { split($0, from: step + 1, use) }
        }
    }

    private func forEachNumber(
        in bytes: UnsafeBufferPointer<UInt8>,
        _ isIndividual: Bool,
        _ use: (Range<Int>) -> Bool
    ) -> Bool {
        var (start, place, wasNumeric) = (0, 0, false)
        while place < bytes.count {
            let (isNumeric, length) = PieceKinds.numeric(bytes, at: place)
            if place > start, isNumeric != wasNumeric || isNumeric && isIndividual {
                guard use(start..<place) else { return false }
                start = place
            }
            wasNumeric = isNumeric
            place += length
        }
        return use(start..<place)
    }
}
