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

/// What to do about a kind of fault.
enum FaultAdvice {
    static func text(_ kind: String, _ settings: DataCheckSettings) -> String {
        switch kind {
        case FaultKind.missingImage.rawValue:
            "Put an image beside each caption, or drop these samples with `clip data pack`."
        case FaultKind.missingCaption.rawValue:
            "Name all caption fields that samples may have, for example --captions txt,json:caption, or drop these samples with `clip data pack`."
        case FaultKind.emptyCaption.rawValue:
            "Fill these captions in, name a second field after the first, or drop these samples with `clip data pack`."
        case FaultKind.damagedField.rawValue:
            "Write the field anew; a .json field holds one JSON object in UTF-8."
        case FaultKind.noTokens.rawValue:
            "The caption holds nothing that the tokenizer knows, such as control characters only: drop these samples."
        case "too many pixels":
            "Scale these images down to at most \(settings.maximumPixels) pixels, for example with `clip data pack --max-pixels N --max-side 512`."
        case "extreme shape":
            "Cut these images into pieces, or drop them; at training size one side would vanish."
        case "empty": "The image has no bytes: fetch it again, or drop it with `clip data pack`."
        case "out of memory": "Check these images, and the machine's memory."
        case let kind where kind.hasPrefix("unsupported"):
            "Convert these images to JPEG, PNG or WebP; often they are error pages of a download."
        case let kind where kind.hasPrefix("truncated"):
            "The file ends early: fetch these images again, or drop them with `clip data pack`."
        default: "The file is damaged: fetch these images again, or drop them with `clip data pack`."
        }
    }
}
