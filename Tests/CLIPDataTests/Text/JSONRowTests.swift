import Foundation
import Testing

@testable import CLIPData

@Suite struct JSONRowTests {
    private func members(
        _ text: String,
        _ isWanted: (String) -> Bool = { _ in true }
    ) throws -> [JSONRow.Member] {
        try Array(text.utf8).withUnsafeBytes { bytes in
            var row = JSONRow(bytes)
            return try row.members(isWanted)
        }
    }

    /// As `json.dumps` of Python 3 writes it.
    static let python = #"""
        {"similarity": NaN, "limits": [-Infinity, Infinity, {"deep": [NaN, {"er": -Infinity}]}], "exif": "{\"a\": NaN}", "cut": "a cat \ud83d", "low": "\ude00!", "pair": "\ud83d\ude00", "big": 123456789012345678901234567890123456789, "tiny": 1e-320, "huge": 1e999, "caption": "a \"caf\u00e9\"", "nothing": null, "yes": true, "list": ["a", null, "b\u2028"], "mixed": ["a", 1, ["b"], "c"], "caption": "the last"}
        """#

    @Test func whatPythonWritesIsRead() throws {
        let found = try members(Self.python)
        func value(_ name: String) -> JSONRow.Value? { JSONRow.last(name, of: found) }
        #expect(value("similarity") == .number("NaN") && value("huge") == .number("1e999"))
        #expect(value("cut") == .string("a cat \u{FFFD}") && value("low") == .string("\u{FFFD}!"))
        #expect(value("pair") == .string("😀"))
        #expect(value("big") == .number("123456789012345678901234567890123456789"))
        #expect(value("nothing") == .null && value("yes") == .other("true"))
        #expect(value("list") == .list(["a", nil, "b\u{2028}"]) && value("mixed") == .mixed(["a", "c"]))
        #expect(value("caption") == .string("the last"))
        #expect(found.count == 15)
    }

    @Test func onlyWhatIsWantedIsDecoded() throws {
        // The bytes of a value that nobody asks for may be anything.
        var bytes = Array(#"{"junk": ""#.utf8)
        bytes += [0xE9, 0xFF] + Array(#"\q", "deep": [{"a": ["\\", "}"]}, -1.5e+3], "caption": "x"}"#.utf8)
        let found = try bytes.withUnsafeBytes { bytes in
            var row = JSONRow(bytes)
            return try row.members { $0 == "caption" }
        }
        #expect(found.map(\.name) == ["caption"] && found[0].value == .string("x"))
        #expect(throws: JSONRow.Malformed.self) {
            try bytes.withUnsafeBytes { bytes in
                var row = JSONRow(bytes)
                _ = try row.members()
            }
        }
    }

    @Test func anObjectsPlaceIsKept() throws {
        let text = #"{"a": {"b": {"c": 1}} , "d": 2}"#
        guard case .object(let range)? = try members(text).first?.value else {
            Issue.record("no object")
            return
        }
        #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == #"{"b": {"c": 1}}"#)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func depthHasALimitAndNoStack(opening: String) throws {
        func nested(_ depth: Int) -> String {
            let inner = String(repeating: opening, count: depth)
            let closing = String(repeating: opening == "[" ? "]" : "}", count: depth)
            return #"{"caption": "x", "deep": \#(inner)1\#(closing)}"#
        }
        #expect(try members(nested(900)).count == 2)
        for depth in [1100, 1_000_000] {
            let error = #expect(throws: JSONRow.Malformed.self) { try members(nested(depth)) }
            #expect(error?.problem == "it is nested too deeply")
        }
    }

    @Test(arguments: [
        #"{"a": nan}"#, #"{"a": NaNs}"#, #"{"a": Infinit}"#, #"{"a": --Infinity}"#, #"{"a": 1.e}"#,
        #"{"a": .}"#,
        #"{"a": [1}"#, #"{"a": {"b": 1]}"#, #"{"a": {"b"}}"#, #"{"a": [1 2]}"#, #"{"a": {1: 2}}"#,
        #"{"a": "\"#,
        #"{"a": [1,,2]}"#, #"[]"#, "", "NaN",
    ])
    func whatIsNoJSONIsRefused(text: String) throws {
        #expect(throws: JSONRow.Malformed.self) { try members(text) }
        #expect(throws: JSONRow.Malformed.self) { try members(text) { _ in false } }
    }
}
