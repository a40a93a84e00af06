extension SentenceEncoding.Wrapper {
    /// What stands before a text and its instruction.
    var opening: String {
        switch self {
        case .plain: ""
        case .llama3: "<|start_header_id|>user<|end_header_id|>\n\n"
        case .chatML: "<|im_start|>user\n"
        case .mistral: "[INST] "
        }
    }

    /// What stands after a text; it is pooled with it.
    var closing: String {
        switch self {
        case .plain: ""
        case .llama3: "<|eot_id|>"
        case .chatML: "<|im_end|>"
        case .mistral: " [/INST]"
        }
    }

    /// What stands after a text that is to be answered.
    var answer: String {
        switch self {
        case .plain, .mistral: ""
        case .llama3: "<|start_header_id|>assistant<|end_header_id|>\n\n"
        case .chatML: "\n<|im_start|>assistant\n"
        }
    }

    /// The text as it stands in the wrapper: blanks at its end would separate it from what closes it.
    func trimmed(_ text: String) -> String {
        self == .plain ? text : String(text.trimmingEnd())
    }
}

extension StringProtocol {
    func trimmingEnd() -> SubSequence {
        guard let last = lastIndex(where: { !$0.isWhitespace }) else { return self[startIndex..<startIndex] }
        return self[...last]
    }

    func trimming() -> SubSequence { trimmingEnd().drop(while: \.isWhitespace) }
}
