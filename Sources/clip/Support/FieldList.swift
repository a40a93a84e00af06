import ArgumentParser

/// Names separated by commas.
struct FieldList: ExpressibleByArgument {
    var names: [String]

    init(names: [String]) {
        self.names = names
    }

    init?(argument: String) {
        names = argument.split(separator: ",").map { String($0.trimmingPrefix(while: \.isWhitespace)) }
        if names.isEmpty || names.contains("") { return nil }
    }

    var defaultValueDescription: String { names.joined(separator: ",") }
}
