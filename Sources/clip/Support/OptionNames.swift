import ArgumentParser
import CLIPData

/// The options of a command, read from its help text: the parser offers no other list.
struct OptionNames {
    private var all: Set<String> = []
    private var withValue: Set<String> = []

    init(of command: any ParsableCommand.Type) {
        for line in ClipTool.helpMessage(for: command).split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "," }
            let names = words.prefix { $0.hasPrefix("-") }.map(String.init)
            all.formUnion(names)
            if words.dropFirst(names.count).first?.hasPrefix("<") == true { withValue.formUnion(names) }
        }
    }

    /// The first word that begins with '-' and is neither an option, a misspelt one, nor the value of one.
    func firstUnknown(in words: ArraySlice<String>) -> String? {
        var last: String?
        for word in words {
            defer { last = word }
            guard word.hasPrefix("-"), word != "-", !(last.map(withValue.contains) ?? false) else { continue }
            let name = String(word.prefix { $0 != "=" })
            if all.contains(name) { continue }
            if name.hasPrefix("--"), Spelling.nearest(to: name, among: all.sorted()) != nil { continue }
            return word
        }
        return nil
    }
}
