/// A peculiarity that does not make a sample bad.
enum Remark: String, CaseIterable {
    case cut = "caption is cut"
    case oneWord = "caption of one word"
    case markup = "caption with HTML"
    case address = "caption with a web address"
    case lines = "caption of several lines"
    case damagedField = "another caption cannot be read"
    case replaced = "caption mostly unreadable"
    case enlarged = "image is enlarged"
    case long = "image is long and thin"
    case animated = "image is animated"
    case transparent = "image is transparent"
    case rotated = "image asks for a rotation"
    case saturated = "16-bit gray becomes white"
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
        case .lines:
            "All lines are one caption. Where each is one by itself, evaluate with --caption-per-line (`captionPerLine` in a recipe), and for training give each a field of its own, as `clip data pack FOLDER` does."
        case .damagedField:
            "Training takes the captions that can be read: write the field anew, in UTF-8; a .json field holds one JSON object."
        case .replaced:
            "The text was damaged earlier, by a wrong encoding: make it anew from its origin, or drop these samples."
        case .enlarged:
            "The shorter side is below \(settings.imageSize) pixels: train at a smaller size, or get larger images."
        case .long: "Crops see only a small part of these: cut them into pieces, or drop them."
        case .animated:
            "Only the first frame is used; choose a better one before packing if the first is empty."
        case .transparent:
            "The alpha channel is left out, so the colours under it appear: set data.alpha to white in the recipe, or flatten the images."
        case .rotated:
            "The EXIF orientation is ignored by default, so these photographs lie on their side: set data.orientation to apply in the recipe, or rotate the pixels before packing."
        case .saturated:
            "Values above 255 become white, as with Pillow: set data.gray16 to scale in the recipe, or scale these images to 8 bits."
        case .plain:
            "Nothing can be learned from one colour: `clip data pack` drops such images if they are plain to the last pixel."
        }
    }
}
