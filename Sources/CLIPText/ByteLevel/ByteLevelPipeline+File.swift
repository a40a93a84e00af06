extension ByteLevelPipeline {
    /// The steps of a `tokenizer.json`.
    init(_ root: TokenizerEntry) throws {
        composes = try root["normalizer"].composes()
        let entry = root["pre_tokenizer"]
        let steps = entry.isNull ? [] : try entry.steps()
        guard steps.last?.isByteLevel == true else {
            throw entry.unsupported(
                steps.isEmpty ? "a tokenizer without steps" : "a last step that is not ByteLevel",
                supported: ["steps of which the last is ByteLevel"]
            )
        }
        splitter = PieceSplitter(
            steps: try steps.enumerated().flatMap { number, step in
                // Behind it there are no characters any more.
                if step.isByteLevel, number + 1 < steps.count {
                    throw step.entry.unsupported(
                        "ByteLevel before other steps",
                        supported: ["it as the last one"]
                    )
                }
                return step.steps
            }
        )
    }
}

/// A step of the file as the steps that do it.
private struct FileStep {
    let entry: TokenizerEntry
    var isByteLevel = false
    let steps: [PieceSplitter.Step]
}

extension TokenizerEntry {
    /// Whether a normalizer brings text to form C.
    fileprivate func composes() throws -> Bool {
        if isNull { return false }
        switch try type() {
        case "NFC": return true
        case "Sequence":
            return try self["normalizers"].list().reduce(false) { try $1.composes() || $0 }
        case let step: throw unsupported("the normalizer \(step)", supported: ["NFC", "Sequence"])
        }
    }

    fileprivate func steps() throws -> [FileStep] {
        switch try type() {
        case "Sequence": return try self["pretokenizers"].list().flatMap { try $0.steps() }
        case "ByteLevel":
            var steps: [PieceSplitter.Step] = []
            if try self["add_prefix_space"].flag() { steps.append(.prefixSpace) }
            if try self["use_regex"].flag(default: true) { steps.append(.scan(.gpt2)) }
            return [FileStep(entry: self, isByteLevel: true, steps: steps)]
        case "Digits":
            let isIndividual = try self["individual_digits"].flag()
            return [FileStep(entry: self, steps: [.digits(isIndividual: isIndividual)])]
        case "Split": return [FileStep(entry: self, steps: [try split()])]
        case let step:
            throw unsupported("the step \(step)", supported: ["Split", "Digits", "ByteLevel", "Sequence"])
        }
    }

    private func split() throws -> PieceSplitter.Step {
        let name = try self["behavior"].text()
        guard let behavior = SplitBehavior(rawValue: name) else {
            throw self["behavior"].bad(SplitBehavior.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let isInverted = try self["invert"].flag()
        let pattern = self["pattern"]
        if !pattern["String"].isNull {
            let text = try pattern["String"].text()
            guard !text.isEmpty else { throw pattern["String"].bad("a text that is not empty") }
            return .split(.text(text), behavior, isInverted: isInverted)
        }
        let expression = try pattern["Regex"].text()
        if behavior == .isolated, let known = WordPattern(expression: expression) { return .scan(known) }
        do {
            return .split(.expression(try SplitExpression(expression)), behavior, isInverted: isInverted)
        } catch {
            throw pattern["Regex"].bad(
                "a regular expression that NSRegularExpression understands",
                found: "'\(expression)'"
            )
        }
    }
}
