/// A peculiarity that does not make a sample bad.
enum Remark: String, CaseIterable {
    case cut = "caption is cut"
    case oneWord = "caption of one word"
    case markup = "caption with HTML"
    case address = "caption with a web address"
    case notUTF8 = "caption is not UTF-8"
    case replaced = "caption mostly unreadable"
    case enlarged = "image is enlarged"
    case long = "image is long and thin"
    case animated = "image is animated"
    case transparent = "image is transparent"
    case plain = "image of one colour"

    /// One sentence: what to do.
    func advice(_ settings: DataCheckSettings) -> String {
        switch self {
        case .cut:
            "Words behind token \(settings.contextLength) are never seen: shorten these captions, or raise the context length."
        case .oneWord:
            "Little can be learned from one word: prefer another field if there is one, or drop such samples."
        case .markup: "Strip tags and entities before packing; they take the place of words."
        case .address: "Remove addresses; they are many tokens that no image shows."
        case .notUTF8: "Convert the text to UTF-8 before packing; unreadable bytes become U+FFFD."
        case .replaced:
            "The text was damaged earlier, by a wrong encoding: make it anew from its origin, or drop these samples."
        case .enlarged:
            "The shorter side is below \(settings.imageSize) pixels: train at a smaller size, or get larger images."
        case .long: "Crops see only a small part of these: cut them into pieces, or drop them."
        case .animated:
            "Only the first frame is used; choose a better one before packing if the first is empty."
        case .transparent:
            "Transparent parts become white; flatten the images onto another ground if they are white themselves."
        case .plain:
            "Nothing can be learned from one colour: `clip data pack` drops such images if they are plain to the last pixel."
        }
    }
}
