import Foundation

/// Unicode's normalization form C.
enum CanonicalComposition {
    static func apply(_ codes: [UInt32]) -> [UInt32] {
        if codes.allSatisfy(isInert) { return codes }
        let text = String(String.UnicodeScalarView(codes.compactMap(Unicode.Scalar.init)))
        return text.precomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
    }

    /// Characters of blocks in which the form changes nothing and nothing combines with what stands before.
    private static func isInert(_ code: UInt32) -> Bool {
        switch code {
        case ..<0x300, 0x400..<0x483, 0x2010..<0x20D0, 0x3041..<0x3097, 0x30A1..<0x30FB, 0x4E00..<0xA000,
            0xAC00..<0xD7A4, 0x1F300..<0x1FB00:
            true
        default: false
        }
    }
}
