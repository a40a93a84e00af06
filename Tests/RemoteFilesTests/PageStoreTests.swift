import Foundation
import LocalFiles
import Testing

@testable import RemoteFiles

/// Pages that change between the moment when they were checked and the one when they are read again.
@Suite struct PageStoreTests {
    private let layout = PageStore.Layout(byteCount: 20_000, pageBytes: 4096)

    private func store(_ folder: TestFolder) throws -> PageStore {
        try PageStore(URL(fileURLWithPath: folder.path + "/x.pages"), layout: layout)
    }

    private func content(_ seed: UInt8) -> ArraySlice<UInt8> {
        (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 7) ^ seed }[...]
    }

    private func mark(_ store: PageStore, _ page: Int) throws -> UInt64? {
        guard case .bytes(_, let mark) = try store.read(page) else { return nil }
        return mark
    }

    /// Bytes 100 to 200 of page 1, if they are what was checked.
    private func part(_ store: PageStore, _ mark: UInt64) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 100)
        let isSame = try bytes.withUnsafeMutableBytes {
            try store.read(4196..<4296, of: 1, mark: mark, into: $0)
        }
        return isSame ? bytes : nil
    }

    @Test func aCheckedPageIsReadInParts() throws {
        let folder = try TestFolder()
        let store = try store(folder)
        try store.write(content(1), page: 1)
        let mark = try #require(try mark(store, 1))
        #expect(try part(store, mark) == Array(content(1)[100..<200]))
        // Another process has its own view of the file.
        #expect(try part(self.store(folder), mark) == Array(content(1)[100..<200]))
    }

    @Test func aRemovedPageIsNoticed() throws {
        let folder = try TestFolder()
        let store = try store(folder)
        try store.write(content(1), page: 1)
        let mark = try #require(try mark(store, 1))
        try self.store(folder).remove(1)
        #expect(try part(store, mark) == nil)
        // Nor does its coming back with the same bytes make the old mark good.
        try self.store(folder).write(content(1), page: 1)
        #expect(try part(store, mark) == nil)
        #expect(try self.mark(store, 1) != mark)
    }

    @Test func anotherContentIsNoticed() throws {
        let folder = try TestFolder()
        let store = try store(folder)
        try store.write(content(1), page: 1)
        let mark = try #require(try mark(store, 1))
        try self.store(folder).write(content(2), page: 1)
        #expect(try part(store, mark) == nil)
        let now = try #require(try self.mark(store, 1))
        #expect(try part(store, now) == Array(content(2)[100..<200]))
    }

    @Test func aFileThatIsShorterOrGoneIsNoticed() throws {
        let folder = try TestFolder()
        let store = try store(folder)
        try store.write(content(1), page: 1)
        let mark = try #require(try mark(store, 1))
        // What removing does on file systems without holes.
        let file = try SharedFile(opening: URL(fileURLWithPath: folder.path + "/x.pages"))
        let length = try file.byteCount()
        try file.resize(to: 64)
        #expect(try part(store, mark) == nil)
        try file.resize(to: length)
        #expect(try part(store, mark) == nil)
        try FileManager.default.removeItem(atPath: folder.path + "/x.pages")
        let other = try self.store(folder)
        try other.write(content(1), page: 1)
        #expect(try part(other, mark) == nil)
    }

    @Test func aPageWithoutAnEntryIsNotThere() throws {
        let folder = try TestFolder()
        let store = try store(folder)
        try store.write(content(1), page: 1)
        let mark = try #require(try mark(store, 1))
        // As a change that was cut off leaves it.
        let zeros = [UInt64](repeating: 0, count: 2)
        let file = try SharedFile(opening: URL(fileURLWithPath: folder.path + "/x.pages"))
        try zeros.withUnsafeBytes { try file.write($0, at: 64 + 16) }
        #expect(try part(store, mark) == nil)
        guard case .absent = try store.read(1) else {
            Issue.record("a page without an entry was found")
            return
        }
    }
}
