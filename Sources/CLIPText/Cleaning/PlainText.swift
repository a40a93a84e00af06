/// The short way for most captions: ASCII without control characters and entities needs no repair.
enum PlainText {
    /// Appends the cleaned text, or returns false if it must go the long way.
    static func append(_ text: UnsafeBufferPointer<UInt8>, mode: TextCleaning, to output: inout [UInt8])
        -> Bool
    {
        let isLowering = mode != .whitespace
        let isDroppingPunctuation = mode == .canonicalize
        output.reserveCapacity(text.count)
        var isBetween = false
        for index in text.indices {
            let byte = text[index]
            let action = actions[Int(byte)]
            if action == .keep {
                if isBetween { output.append(0x20) }
                isBetween = false
                output.append(byte)
                continue
            }
            switch action {
            case .lower:
                if isBetween { output.append(0x20) }
                isBetween = false
                output.append(isLowering ? byte | 0x20 : byte)
            case .space: isBetween = !output.isEmpty
            case .punctuation, .ampersand:
                if action == .ampersand, !isLoneAmpersand(text, index) { return false }
                if isDroppingPunctuation {
                    if byte == UInt8(ascii: "_") { isBetween = !output.isEmpty }
                } else {
                    if isBetween { output.append(0x20) }
                    isBetween = false
                    output.append(byte)
                }
            default: return false
            }
        }
        return true
    }

    private enum Action: UInt8 {
        case keep, lower, space, punctuation, ampersand, giveUp
    }

    /// Whether no entity can begin at this `&`.
    private static func isLoneAmpersand(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        guard index + 1 < text.count else { return true }
        switch text[index + 1] {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20, UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: ";"):
            return true
        default: return false
        }
    }

    private static let actions: [Action] = (0...255).map { byte in
        switch UInt8(byte) {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20: .space
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .lower
        case UInt8(ascii: "&"): .ampersand
        case 0x21...0x7E: ScalarClasses.isPunctuation(UInt8(byte)) ? .punctuation : .keep
        default: .giveUp
        }
    }
}
