/// What to do about a kind of fault.
enum FaultAdvice {
    /// For samples whose members lie apart.
    static let split =
        "Members of one sample have to stand one behind the other in a shard, and here some stand apart, so that each part became a sample: write the shard in the order of the names, as with `tar --sort=name`."

    static func text(_ kind: String, _ settings: DataCheckSettings) -> String {
        switch kind {
        case FaultKind.missingImage.rawValue:
            "Put an image beside each caption, or drop these samples with `clip data pack`."
        case FaultKind.missingFile.rawValue:
            "Put the files where the table or list names them (paths count from where it lies), correct the paths, or drop these samples with `clip data pack`."
        case FaultKind.missingCaption.rawValue:
            "Name all caption fields that samples may have, for example --captions txt,json:caption, or drop these samples with `clip data pack`."
        case FaultKind.emptyCaption.rawValue:
            "Fill these captions in, name a second field after the first, or drop these samples with `clip data pack`."
        case FaultKind.damagedField.rawValue:
            "Write the field anew in UTF-8, as with `iconv`; a .json field holds one JSON object."
        case FaultKind.noTokens.rawValue:
            "The caption holds nothing that the tokenizer knows, such as control characters only: drop these samples."
        case FaultKind.missingEmbedding.rawValue:
            "Compute the embeddings again: these captions were added or changed after they were computed."
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
