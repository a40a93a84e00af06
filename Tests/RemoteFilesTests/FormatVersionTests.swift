import Foundation
import LocalFiles
import Testing

@testable import RemoteFiles

/// Files under the number of their format.
@Suite struct FormatVersionTests {
    private func refusal(_ format: FormatVersion, _ found: UInt64) -> String? {
        do {
            try format.check(found, of: "a/b", remedy: "rebuild it")
            return nil
        } catch {
            return error.description
        }
    }

    @Test func knownNumbersAreRead() {
        #expect(refusal(FormatVersion(1), 1) == nil)
        #expect((1...3).allSatisfy { refusal(FormatVersion(3, readsFrom: 1), $0) == nil })
    }

    @Test(arguments: [3, UInt64.max])
    func aNewerOneSaysToUpdate(found: UInt64) {
        let expected =
            "'a/b' was written by a newer version of swift-clip (format \(found); this build reads up to 2): update "
            + "swift-clip, or rebuild it."
        #expect(refusal(FormatVersion(2), found) == expected)
        #expect(refusal(FormatVersion(2, readsFrom: 1), found) == expected)
    }

    @Test func anOlderOneSaysWhatToDo() {
        let start = "'a/b' was written by an older version of swift-clip (format 1; this build reads "
        #expect(refusal(FormatVersion(2), 1) == start + "2): rebuild it.")
        #expect(refusal(FormatVersion(4, readsFrom: 2), 1) == start + "2 to 4): rebuild it.")
    }

    @Test func metadataWithoutANumberAreOfFormatOne() throws {
        try FormatVersion(1).check(metadata: ["format": "pt"], of: "a", remedy: "")
        try FormatVersion(2).check(metadata: FormatVersion(2).metadata, of: "a", remedy: "")
        for text in ["2", "two", "-1", ""] {
            let error = #expect(throws: UnreadableFormat.self) {
                try FormatVersion(1).check(
                    metadata: [FormatVersion.metadataKey: text],
                    of: "a",
                    remedy: "leave it"
                )
            }
            #expect(error?.isNewer == true)
        }
    }

    /// A cache holds nothing that cannot be brought once more.
    @Test func pagesOfAnotherFormatAreMadeAgain() throws {
        let folder = try TestFolder()
        let layout = PageStore.Layout(byteCount: 20_000, pageBytes: 4096)
        let url = URL(fileURLWithPath: folder.path + "/x.pages")
        try PageStore(url, layout: layout).write([UInt8](repeating: 7, count: 4096)[...], page: 1)
        #expect(try PageStore(url, layout: layout).entry(1) != nil)
        var bytes = try Data(contentsOf: url)
        #expect(String(decoding: bytes.prefix(8), as: UTF8.self) == "CLCPAPG1")
        bytes[7] = UInt8(ascii: "2")
        try bytes.write(to: url)
        #expect(throws: POSIXError.self) { try PageStore(opening: url) }
        #expect(try PageStore(url, layout: layout).entry(1) == nil)
        #expect(try Data(contentsOf: url).prefix(8).last == UInt8(ascii: "1"))
    }

    @Test(arguments: [(1, true), (nil, true), (2, false)] as [(UInt64?, Bool)])
    func spooledFilesAreReadByTheirNumber(number: UInt64?, isHeld: Bool) throws {
        let folder = try TestFolder()
        let entry = SpoolEntry(folder: URL(fileURLWithPath: folder.path), key: "k")
        try Data([1, 2, 3]).write(to: entry.data)
        var facts = SpoolEntry.Facts(version: "v", byteCount: 3, contentHash: 9)
        #expect(facts.format == 1)
        facts.format = number
        try JSONEncoder().encode(facts).write(to: entry.facts)
        #expect((entry.held(version: "v") != nil) == isHeld)
    }
}
