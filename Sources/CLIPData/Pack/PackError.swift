/// Why pictures cannot be packed at all; single bad pictures are dropped and counted instead.
public enum PackError: Error, Equatable, CustomStringConvertible {
    /// The input is none of the kinds that can be packed.
    case unknownInput(path: String)
    /// All pictures were dropped.
    case nothingLeft(path: String, drops: [String: Int])
    /// The output directory holds files already.
    case outputNotEmpty(path: String, first: String)
    /// The output directory holds files that no earlier packing wrote.
    case outputForeign(path: String)
    /// The output would replace the input.
    case inputInsideOutput(input: String, output: String)
    /// A setting, by the name of its option, is out of its range.
    case setting(name: String, found: Int, expected: String)

    /// One or two sentences for people.
    public var description: String {
        switch self {
        case .unknownInput(let path):
            "'\(ShardList.redacted(path))' cannot be packed: expected tar shards, a .jsonl, .csv or .tsv file, or a folder of pictures, and it has to exist."
        case .nothingLeft(let path, let drops):
            """
            No picture of '\(ShardList.redacted(path))' is left: dropped \
            \(drops.sorted { $0.key < $1.key }.map { "\($0.value) \(PackDrop.words($0.key))" }.joined(separator: ", ")). \
            Look at the limits and the paths; in a folder, captions lie in .txt or .json files beside the pictures, and a table in it is packed by a path of its own.
            """
        case .outputNotEmpty(let path, let first):
            "'\(path)' is not empty (it holds '\(first)'); choose another folder, or replace earlier shards with --force."
        case .outputForeign(let path):
            "'\(path)' holds files but no manifest.json of earlier shards, so it is not replaced; choose another folder."
        case .inputInsideOutput(let input, let output):
            "The input '\(ShardList.redacted(input))' lies inside the output '\(output)'; choose an output folder elsewhere."
        case .setting(let name, let found, let expected):
            "\(name) is \(found); expected \(expected)."
        }
    }
}
