import Foundation
import Testing

@testable import CLIPData

/// What a folder of pictures may hold besides pictures.
@Suite(.timeLimit(.minutes(1))) struct FolderLinkTests {
    private let fixture: RemoteFixture
    private var root: String { fixture.directory.path + "/pictures" }

    init() throws {
        fixture = try RemoteFixture([1])
        for number in 0..<3 {
            try fixture.directory.write(Array("\(number)".utf8), "pictures/inner/\(number).jpg")
            try fixture.directory.write(Array("caption \(number)".utf8), "pictures/inner/\(number).txt")
        }
        try fixture.directory.write(Array("7".utf8), "outside/7.jpg")
        try fixture.directory.write(Array("caption 7".utf8), "outside/7.txt")
    }

    private func open() throws -> ShardDataset { try fixture.open([root], index: "i.clipidx") }

    @Test func linksToFilesAreFollowedThoseToFoldersAreNot() throws {
        try fixture.run(
            """
            cd '\(root)'; ln -s ../outside/7.jpg a.jpg; ln -s ../outside/7.txt a.txt; ln -s ../outside there
            ln -s . self; ln -s ../.. inner/up; ln -s b.jpg b.jpg; ln -s ../outside folder.jpg
            """
        )
        let data = try open()
        let keys = (0..<data.count).map { data.label(at: $0).key }
        #expect(keys == ["a", "b", "folder", "inner/0", "inner/1", "inner/2"])
        #expect(try data.field("jpg", at: 0)?.text == "7" && data.field("txt", at: 0)?.text == "caption 7")
        var settings = try LoaderSettings.small(order: .sequential)
        settings.maximumBadSampleRate = 1
        let batch = try #require(try DataLoader(data, settings).next())
        #expect(batch.ordinals == [0, 3, 4, 5] && batch.faults.map(\.label.key) == ["b", "folder"])
    }

    @Test func aLinkToTheFolderIsTheFolder() throws {
        try fixture.run("cd '\(fixture.directory.path)'; ln -s pictures link")
        #expect(try fixture.open([fixture.directory.path + "/link"], index: "j.clipidx").count == 3)
    }

    @Test func namedPipesDoNotHang() throws {
        try fixture.run("cd '\(root)'; mkfifo c.jpg d.txt inner/0.json; cp inner/0.jpg d.jpg")
        let data = try open()
        #expect(
            (0..<data.count).map { data.label(at: $0).key } == ["c", "d", "inner/0", "inner/1", "inner/2"]
        )
        var settings = try LoaderSettings.small(order: .sequential)
        settings.maximumBadSampleRate = 1
        let batch = try #require(try DataLoader(data, settings).next())
        #expect(batch.ordinals == [2, 3, 4] && Set(batch.faults.map(\.label.key)) == ["c", "d"])
        try fixture.run("cd '\(fixture.directory.path)'; mkfifo pipe.tar pipe.tar.gz pipe.csv")
        for name in ["pipe.tar", "pipe.tar.gz", "pipe.csv"] {
            #expect(throws: ShardError.self) {
                try fixture.open([fixture.directory.path + "/" + name], index: "k.clipidx")
            }
        }
    }
}
