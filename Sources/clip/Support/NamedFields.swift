import ArgumentParser
import CLIPData

/// Names with a value each, as `short=txt,long=json:long`; a value alone is its own name.
struct NamedFields: ExpressibleByArgument {
    var entries: [(name: String, value: String)]

    init?(argument: String) {
        guard let list = FieldList(argument: argument) else { return nil }
        entries = list.names.map { text in
            guard let sign = text.firstIndex(of: "=") else { return (text, text) }
            return (String(text[..<sign]), String(text[text.index(after: sign)...]))
        }
        if entries.contains(where: { $0.name.isEmpty || $0.value.isEmpty }) { return nil }
    }

    /// The values as fields of the samples.
    var sources: [CaptionSource] { entries.map { CaptionSource(field: $0.value, name: $0.name) } }

    /// The name that is given twice; nil where each is given once.
    var repeated: String? {
        var seen: Set<String> = []
        return entries.map(\.name).first { !seen.insert($0).inserted }
    }

    /// The values of some names, each of which has one.
    func values(of names: [String], option: String) throws -> [String] {
        if let repeated {
            throw ValidationError("\(option) names '\(repeated)' twice; give each source one value.")
        }
        for name in entries.map(\.name) where !names.contains(name) {
            throw ValidationError(
                "\(option) names '\(name)', which is no source; the sources are \(names.joined(separator: ", "))."
            )
        }
        return try names.map { name in
            guard let value = entries.first(where: { $0.name == name })?.value else {
                throw ValidationError("\(option) says nothing of the source '\(name)'; give \(name)=….")
            }
            return value
        }
    }
}

/// One part of so many, as `2/8`.
struct PartOption: ExpressibleByArgument {
    var part = 1
    var parts = 1

    init() {}

    init?(argument: String) {
        let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let part = numbers[0], let parts = numbers[1] else { return nil }
        (self.part, self.parts) = (part, parts)
    }

    var defaultValueDescription: String { "\(part)/\(parts)" }
}
