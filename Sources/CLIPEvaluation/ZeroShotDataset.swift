public import CLIPData

/// Images with class labels, the names of the classes and prompts to put them in.
///
/// In shards, a sample is an image and a `.cls` member that holds the number of its class, from 0.
public struct ZeroShotDataset: Sendable {
    /// The names of the classes, in the order of their numbers.
    public let classNames: [String]
    /// Prompts with `{c}` in place of the class name.
    public let templates: [String]
    /// The samples.
    public let source: any SampleSource

    /// What makes a result worse than the model is, one sentence each: classes that share a name.
    ///
    /// Their prompts are equal, so the images of all but the first count as wrong.
    public var warnings: [String] {
        var numbers: [String: [Int]] = [:]
        for (number, name) in classNames.enumerated() {
            numbers[name.split(whereSeparator: \.isWhitespace).joined(separator: " "), default: []].append(
                number
            )
        }
        let repeated = numbers.filter { $0.value.count > 1 }.sorted { $0.value[0] < $1.value[0] }
        guard let (name, first) = repeated.first else { return [] }
        let others = repeated.count > 1 ? ", and \(repeated.count - 1) more names are shared" : ""
        return [
            "classes \(first.map(String.init).joined(separator: " and ")) are both called '\(name)'\(others): images of all but the first of them count as wrong, so tell the names apart in classnames.txt"
        ]
    }

    /// Puts a data set together.
    ///
    /// - Throws: ``EvaluationError/nothing(what:reason:)`` without classes or templates, and
    ///   ``EvaluationError/line(path:number:found:expected:)`` for a blank name or a template without `{c}`;
    ///   `ShardError.fields` when no sample has a label.
    public init(classNames: [String], templates: [String], source: any SampleSource) throws {
        guard !classNames.isEmpty else {
            throw EvaluationError.nothing(what: "classes", reason: "the list of class names is empty.")
        }
        guard !templates.isEmpty else {
            throw EvaluationError.nothing(what: "prompts", reason: "the list of templates is empty.")
        }
        for (index, name) in classNames.enumerated() where name.allSatisfy(\.isWhitespace) {
            throw EvaluationError.line(
                path: "class names",
                number: index + 1,
                found: name,
                expected: "a class name"
            )
        }
        for (index, template) in templates.enumerated() where !template.contains("{c}") {
            throw EvaluationError.line(
                path: "templates",
                number: index + 1,
                found: template,
                expected: "a prompt with {c} in place of the class name"
            )
        }
        try source.require(["cls"], purpose: "a class number")
        self.classNames = classNames
        self.templates = templates
        self.source = source
    }

    /// Opens a folder in CLIP_benchmark's local webdataset layout.
    ///
    /// The folder holds `classnames.txt`, `zeroshot_classification_templates.txt` and, under the name of each
    /// split, `.tar` shards with an optional `nshards.txt`.
    ///
    /// - Throws: ``EvaluationError``, `ShardError`.
    public static func open(
        _ directory: String,
        split: String = "test",
        index: String? = nil,
        options: IndexOptions = IndexOptions()
    ) throws -> ZeroShotDataset {
        let folder = DatasetFolder(path: directory)
        let type = try folder.type()
        guard type == "classification" else {
            throw EvaluationError.purpose(
                directory: directory,
                found: "'\(type)'",
                expected: "'classification': one label an image"
            )
        }
        let (names, templates) = try (folder.classNames(), folder.templates())
        let shards = try folder.shards(of: split)
        return try ZeroShotDataset(
            classNames: names,
            templates: templates,
            source: ShardDataset.open(shards, index: index, options: options)
        )
    }
}
