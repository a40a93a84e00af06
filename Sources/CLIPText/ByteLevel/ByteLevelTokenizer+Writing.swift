import Foundation

extension ByteLevelTokenizer {
    /// A `tokenizer.json` that says what this tokenizer does and nothing else: equal for equal tokenizers.
    var canonicalFile: Data {
        var json = JSONText()
        let flags = addedTokens.map { token in
            #"{"id":\#(token.id),"content":\#(JSONText.quoted(token.content)),"single_word":\#(token.isWholeWord),"#
                + #""lstrip":\#(token.takesLeft),"rstrip":\#(token.takesRight),"#
                + #""normalized":\#(token.isNormalized),"special":\#(token.isSpecial)}"#
        }
        json.add(#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":["#)
        json.add(flags.joined(separator: ","))
        json.add(#"],"normalizer":\#(pipeline.composes ? #"{"type":"NFC"}"# : "null"),"#)
        json.add(#""pre_tokenizer":\#(pipeline.splitter.json),"post_processor":\#(templateJSON),"#)
        json.add(
            #""decoder":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false},"#
        )
        addModel(to: &json)
        json.add("}\n")
        return Data(json.bytes)
    }

    private func addModel(to json: inout JSONText) {
        let settings = vocabulary.settings
        let unknown = settings.unknown.flatMap(piece).map(JSONText.quoted) ?? "null"
        json.add(#""model":{"type":"BPE","dropout":null,"unk_token":\#(unknown),"#)
        json.add(
            #""continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":\#(settings.fusesUnknown),"#
        )
        json.add(#""byte_fallback":false,"ignore_merges":\#(settings.ignoresMerges),"vocab":{"#)
        var isFirst = true
        for id in 0..<Int32(vocabulary.strings.count) {
            guard let piece = vocabulary.piece(id) else { continue }
            json.add("\(isFirst ? "" : ",")\(JSONText.quoted(piece)):\(id)")
            isFirst = false
        }
        json.add(#"},"merges":["#)
        for (number, merge) in vocabulary.order.enumerated() {
            let (left, right) = (vocabulary.piece(merge.left) ?? "", vocabulary.piece(merge.right) ?? "")
            json.add("\(number == 0 ? "" : ",")[\(JSONText.quoted(left)),\(JSONText.quoted(right))]")
        }
        json.add("]}")
    }

    /// The post-processor that makes ``frame``.
    private var templateJSON: String {
        guard !frame.start.isEmpty || !frame.end.isEmpty else { return "null" }
        let text = #"{"Sequence":{"id":"A","type_id":0}}"#
        func parts(_ ids: [Int32]) -> [String] {
            ids.map { #"{"SpecialToken":{"id":\#(JSONText.quoted(piece($0) ?? "")),"type_id":0}}"# }
        }
        let single = (parts(frame.start) + [text] + parts(frame.end)).joined(separator: ",")
        let special = Set(frame.start + frame.end).sorted().map { id in
            let name = JSONText.quoted(piece(id) ?? "")
            return #"\#(name):{"id":\#(name),"ids":[\#(id)],"tokens":[\#(name)]}"#
        }
        return #"{"type":"TemplateProcessing","single":[\#(single)],"#
            + #""pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"#
            + #""special_tokens":{\#(special.joined(separator: ","))}}"#
    }
}

extension PieceSplitter {
    /// The steps as a `pre_tokenizer`.
    var json: String {
        var steps = steps[...]
        var usesPattern = false
        if case .scan(.gpt2)? = steps.last {
            usesPattern = true
            steps.removeLast()
        }
        var addsSpace = false
        if case .prefixSpace? = steps.last {
            addsSpace = true
            steps.removeLast()
        }
        let last =
            #"{"type":"ByteLevel","add_prefix_space":\#(addsSpace),"trim_offsets":false,"use_regex":\#(usesPattern)}"#
        if steps.isEmpty { return last }
        let all = (steps.map(\.json) + [last]).joined(separator: ",")
        return #"{"type":"Sequence","pretokenizers":[\#(all)]}"#
    }
}

extension PieceSplitter.Step {
    fileprivate var json: String {
        func split(_ pattern: String, _ behavior: SplitBehavior, _ isInverted: Bool) -> String {
            #"{"type":"Split","pattern":\#(pattern),"behavior":"\#(behavior.rawValue)","invert":\#(isInverted)}"#
        }
        switch self {
        case .scan(let pattern):
            return split(#"{"Regex":\#(JSONText.quoted(pattern.expression))}"#, .isolated, false)
        case .split(.text(let text), let behavior, let isInverted):
            return split(#"{"String":\#(JSONText.quoted(text))}"#, behavior, isInverted)
        case .split(.expression(let expression), let behavior, let isInverted):
            return split(#"{"Regex":\#(JSONText.quoted(expression.source))}"#, behavior, isInverted)
        case .digits(let isIndividual): return #"{"type":"Digits","individual_digits":\#(isIndividual)}"#
        case .prefixSpace:
            return #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":false}"#
        }
    }
}

/// JSON that is written piece by piece, always in the same way.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// A string in quotation marks.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..<" ": quoted += String(format: "\\u%04x", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
