extension SampleInspector {
    /// The sample's caption: the first usable one.
    mutating func caption(of index: Int, place: Int) throws -> String {
        var present: [Int] = []
        var isBlank = false
        var damage: SampleProblem?
        var chosen: (field: Int, text: String)?
        for (number, field) in fields.enumerated() {
            do {
                guard let text = try CaptionReader.text(of: field, at: index, in: source) else { continue }
                if text.isEmpty {
                    tally.fields[number].blank += 1
                    isBlank = true
                    continue
                }
                tally.fields[number].present += 1
                present.append(number)
                if chosen == nil { chosen = (number, text) }
            } catch let error as SampleProblem {
                tally.fields[number].damaged += 1
                damage = damage ?? error
            }
        }
        tally.coverage[present, default: 0] += 1
        guard let chosen else {
            if let damage { throw damage }
            let names = fields.map { "'\($0)'" }.joined(separator: " or ")
            throw isBlank
                ? SampleProblem(kind: .emptyCaption, reason: "\(names) is blank")
                : SampleProblem(kind: .missingCaption, reason: "no \(names)")
        }
        if let damage { tally.remarks.add(Remark.damagedField.rawValue, place, damage.reason) }
        try inspectCaption(chosen.text, field: fields[chosen.field], place: place)
        return chosen.text
    }

    private mutating func inspectCaption(_ text: String, field: CaptionField, place: Int) throws {
        let words = text.split(whereSeparator: \.isWhitespace).count
        let traits = CaptionTraits(text)
        if let countTokens {
            let tokens = countTokens(text)
            guard tokens > 0 else {
                throw SampleProblem(kind: .noTokens, reason: "the tokenizer made nothing of its caption")
            }
            tally.tokens.add(tokens + 2)
            if tokens + 2 > settings.contextLength { tally.remarks.add(Remark.cut.rawValue, place, text) }
        }
        tally.words.add(words)
        if words == 1 { tally.remarks.add(Remark.oneWord.rawValue, place, text) }
        if traits.hasMarkup { tally.remarks.add(Remark.markup.rawValue, place, text) }
        if traits.hasAddress { tally.remarks.add(Remark.address.rawValue, place, text) }
        if traits.isMostlyReplaced { tally.remarks.add(Remark.replaced.rawValue, place, text) }
        if case .text = field, text.contains(where: \.isNewline) {
            tally.remarks.add(Remark.lines.rawValue, place, text)
        }
    }
}
