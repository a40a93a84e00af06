/// A sequence of character sets, each given by classes and single characters, that tells of mojibake.
struct MojibakePattern: Sendable {
    /// What may stand in one place.
    struct Place: Sendable {
        var classes: MojibakeClasses = []
        var characters: [UInt32] = []
        var isNegated = false
        var test: (@Sendable (UInt32) -> Bool)?

        init(_ classes: MojibakeClasses, _ characters: String = "") {
            self.classes = classes
            self.characters = characters.unicodeScalars.map(\.value)
        }

        init(_ characters: String) { self.init([], characters) }

        init(test: @escaping @Sendable (UInt32) -> Bool) { self.test = test }

        static func not(_ classes: MojibakeClasses, _ characters: String = "") -> Place {
            var place = Place(classes, characters)
            place.isNegated = true
            return place
        }

        func holds(_ code: UInt32, _ found: MojibakeClasses) -> Bool {
            if let test { return test(code) }
            return (!classes.isDisjoint(with: found) || characters.contains(code)) != isNegated
        }
    }

    let places: [Place]

    init(_ places: Place...) { self.places = places }

    /// A pattern of single characters.
    init(_ characters: String) {
        places = characters.unicodeScalars.map { Place(String($0)) }
    }

    func matches(_ codes: [UInt32], _ classes: [MojibakeClasses], at start: Int) -> Bool {
        guard start + places.count <= codes.count else { return false }
        for (offset, place) in places.enumerated()
        where !place.holds(codes[start + offset], classes[start + offset]) { return false }
        return true
    }
}
