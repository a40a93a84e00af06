/// Lowercase by the rules of Python's `str.lower()`: full mappings, and a final sigma at the end of words.
enum Lowercase {
    static func apply(_ codes: [UInt32]) -> [UInt32] {
        var lowered: [UInt32] = []
        lowered.reserveCapacity(codes.count)
        for (index, code) in codes.enumerated() {
            if code < 0x80 {
                lowered.append((0x41...0x5A).contains(code) ? code + 32 : code)
            } else if code == 0x3A3 {
                lowered.append(isFinalSigma(codes, index) ? 0x3C2 : 0x3C3)
            } else if let scalar = Unicode.Scalar(code), scalar.properties.changesWhenLowercased {
                lowered.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars.map(\.value))
            } else {
                lowered.append(code)
            }
        }
        return lowered
    }

    /// Whether the sigma follows a cased letter and none follows it, case-ignorable characters aside.
    private static func isFinalSigma(_ codes: [UInt32], _ index: Int) -> Bool {
        func isCased(_ range: some Sequence<Int>) -> Bool {
            for place in range {
                guard let properties = Unicode.Scalar(codes[place])?.properties else { return false }
                if !properties.isCaseIgnorable { return properties.isCased }
            }
            return false
        }
        return isCased((0..<index).reversed()) && !isCased((index + 1)..<codes.count)
    }
}
