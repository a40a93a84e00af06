/// A sequence of character sets, each given by classes and single characters, that tells of mojibake.
struct MojibakePattern: Sendable {
    /// What may stand in one place.
    struct Place: Sendable {
        var classes: MojibakeClasses
        var characters: String

        init(_ classes: MojibakeClasses, _ characters: String = "") {
            self.classes = classes
            self.characters = characters
        }

        init(_ characters: String) { self.init([], characters) }
    }

    let places: [Place]

    init(_ places: Place...) { self.places = places }

    /// A pattern of single characters.
    init(_ characters: String) {
        places = characters.unicodeScalars.map { Place(String($0)) }
    }
}
