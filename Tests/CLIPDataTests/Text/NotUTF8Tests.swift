import Foundation
import Testing

@testable import CLIPData

@Suite struct NotUTF8Tests {
    @Test(
        arguments: [
            ([0x61, 0xE9], 1), ([0xC3], 0), ([0x61, 0xC0, 0x80], 1), ([0xED, 0xA0, 0x80], 0),
            ([0xE0, 0x80, 0x80], 0),
            ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF0, 0x9F, 0x98], 0), ([0xC3, 0xA9, 0x62, 0x80], 3),
            ([0xF8], 0),
        ] as [([UInt8], Int)]
    )
    func thePlaceIsFound(bytes: [UInt8], offset: Int) {
        let found = bytes.withUnsafeBytes { NotUTF8($0) }
        #expect(found?.offset == offset)
        #expect(found?.advice.contains("WINDOWS-1252") == true)
    }

    @Test(arguments: ["", "a", "é", "日本語 😀", "\u{FEFF}a", "a\0b", "tab\tand\nline"])
    func textIsText(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { NotUTF8($0) } == nil)
    }

    @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian])
    func utf16IsNamed(encoding: String.Encoding) throws {
        let bytes = [UInt8](try #require("image,caption\na.png,un café\n".data(using: encoding)))
        let found = bytes.withUnsafeBytes { NotUTF8($0) }
        #expect(found?.description == "it is UTF-16 text; convert it, as with `iconv -f UTF-16 -t UTF-8`")
    }
}
