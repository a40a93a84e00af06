import ArgumentParser
import Foundation

/// How a command presents its result.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON object instead of text.")
    var json = false

    /// Prints a result as one line of JSON, or as text.
    func present(_ value: some Encodable, text: () -> String) throws {
        guard json else { return Console.result(text()) }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity",
            negativeInfinity: "-Infinity",
            nan: "NaN"
        )
        Console.result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
