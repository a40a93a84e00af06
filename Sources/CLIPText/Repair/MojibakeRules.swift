/// The patterns in a form that is fast to match: each character has one word of bits, each place one mask.
struct MojibakeRules: Sendable {
    /// The masks of one pattern; the places behind its end are zero.
    private struct Masks: Sendable {
        var places = SIMD8<UInt64>(repeating: 0)
        var count = 0
    }

    static let shared = MojibakeRules(MojibakeDetector.patterns)

    private var patterns: [Masks] = []
    private var table = MojibakeClasses.basicPlane()
    /// The bits with which some pattern begins.
    private var beginnings: UInt64 = 0

    private init(_ patterns: [MojibakePattern]) {
        var bits: [String: UInt64] = [:]
        for pattern in patterns {
            var masks = Masks()
            for place in pattern.places {
                var mask = place.classes.rawValue
                if !place.characters.isEmpty {
                    let known = bits[place.characters]
                    let bit = known ?? 1 << UInt64(MojibakeClasses.firstFreeBit + bits.count)
                    precondition(bit != 0, "the sets of the mojibake patterns no longer fit 64 bits")
                    if known == nil { give(bit, to: place.characters) }
                    bits[place.characters] = bit
                    mask |= bit
                }
                masks.places[masks.count] = mask
                masks.count += 1
            }
            beginnings |= masks.places[0]
            self.patterns.append(masks)
        }
    }

    private mutating func give(_ bit: UInt64, to characters: String) {
        for scalar in characters.unicodeScalars {
            table[Int(scalar.value)].insert(MojibakeClasses(rawValue: bit))
        }
    }

    func classes(of codes: [UInt32]) -> [MojibakeClasses] {
        codes.map { $0 < 0x10000 ? table[Int($0)] : MojibakeClasses.general($0) }
    }

    /// Whether a pattern matches at a place from `start` on.
    func matchAnywhere(_ classes: [MojibakeClasses], from start: Int) -> Bool {
        for index in start..<classes.count {
            let first = classes[index].rawValue
            if first & beginnings == 0 { continue }
            for pattern in patterns where first & pattern.places[0] != 0 {
                if index + pattern.count > classes.count { continue }
                var offset = 1
                while offset < pattern.count, classes[index + offset].rawValue & pattern.places[offset] != 0 {
                    offset += 1
                }
                if offset == pattern.count { return true }
            }
        }
        return false
    }
}
