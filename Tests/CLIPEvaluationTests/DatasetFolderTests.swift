import CLIPData
import Foundation
import Testing

@testable import CLIPEvaluation

@Suite struct DatasetFolderTests {
    private func folder(
        names: String? = "cat\ndog",
        templates: String? = "a {c}",
        type: String? = nil,
        shards: String? = nil,
        hasShard: Bool = true
    ) throws -> TestFolder {
        let folder = try TestFolder()
        if let names { try folder.write(names, "classnames.txt") }
        if let templates { try folder.write(templates, "zeroshot_classification_templates.txt") }
        if let type { try folder.write(type, "dataset_type.txt") }
        if hasShard { try folder.shard("test/0.tar", [[("png", picture(0)), ("cls", Array("0".utf8))]]) }
        if let shards { try folder.write(shards, "test/nshards.txt") }
        return folder
    }

    private func failure(_ folder: TestFolder) throws -> String {
        let error = #expect(throws: (any Error).self) { try ZeroShotDataset.open(folder.path) }
        return String(describing: error as Any)
    }

    @Test func linesAreTrimmedAndBlankOnesAtTheEndDropped() throws {
        let folder = try folder(
            names: "\u{FEFF}tabby cat \r\n  dog\r\n\r\n",
            templates: "a {c}\n\n the {c}. \n"
        )
        let data = try ZeroShotDataset.open(folder.path)
        #expect(data.classNames == ["tabby cat", "dog"])
        #expect(data.templates == ["a {c}", "the {c}."])
        #expect(data.source.count == 1)
    }

    @Test func classesOfOneNameAreWarnedOf() throws {
        let shared = try folder(names: "crane\ndog\n crane\nmaillot\nmaillot")
        let data = try ZeroShotDataset.open(shared.path)
        #expect(data.warnings.count == 1)
        #expect(
            data.warnings[0].hasPrefix(
                "classes 0 and 2 are both called 'crane', and 1 more names are shared:"
            )
        )
        let cased = try folder(names: "crane\nCrane\ndog")
        #expect(try ZeroShotDataset.open(cased.path).warnings.isEmpty)
    }

    @Test func otherEncodingsAreRefusedByLine() throws {
        let folder = try folder()
        try folder.write(Array("cat\ncaf".utf8) + [0xE9, 0x0A], "classnames.txt")
        let words = try failure(folder)
        #expect(words.contains("line 2:") && words.contains("byte 0xE9"), "\(words)")
    }

    @Test func missingFilesAreNamed() throws {
        #expect(try failure(folder(names: nil)).contains("classnames.txt': there is no such file"))
        #expect(try failure(folder(templates: nil)).contains("zeroshot_classification_templates.txt"))
        #expect(try failure(folder(hasShard: false)).contains("/test': there is no such folder"))
    }

    @Test func linesThatCannotBeUsedAreNumbered() throws {
        #expect(try failure(folder(names: "cat\n \ndog")).contains("Line 2 of"))
        #expect(try failure(folder(names: "\n\n")).contains("it is empty"))
        #expect(try failure(folder(templates: "a {c}\na photo")).contains("Line 2 of"))
        #expect(try failure(folder(templates: "a {c}\na photo")).contains("'a photo'"))
    }

    @Test func theNumberOfShardsMustAgree() throws {
        #expect(try failure(folder(shards: "2")).contains("says '2', but beside it there are 1"))
        #expect(try failure(folder(shards: "many")).contains("says 'many'"))
    }

    @Test func otherKindsOfDataSetsAreRefused() throws {
        #expect(try failure(folder(type: "retrieval\n")).contains("'retrieval'"))
        #expect(try failure(folder(type: "multilabel")).contains("'multilabel'"))
        let other = try folder(type: "Classification")
        #expect(throws: Never.self) { _ = try ZeroShotDataset.open(other.path) }
    }

    @Test func samplesWithoutImagesOrLabelsStopEarly() throws {
        let unlabelled = try folder(hasShard: false)
        try unlabelled.shard("test/0.tar", [[("png", picture(0)), ("txt", Array("cat".utf8))]])
        #expect(try failure(unlabelled).contains("cls"))
        let blind = try folder(hasShard: false)
        try blind.shard("test/0.tar", [[("cls", Array("0".utf8))]])
        #expect(throws: ShardError.self) {
            try ZeroShotClassification(extractor()).evaluate(.open(blind.path))
        }
    }

    @Test func onlyBadImagesAreNothingToEvaluate() throws {
        let folder = try folder(hasShard: false)
        try folder.shard("test/0.tar", [[("png", [1, 2]), ("cls", Array("0".utf8))]])
        var options = EvaluationOptions()
        options.maximumBadSampleRate = 1
        let extractor = try extractor(options)
        let error = #expect(throws: EvaluationError.self) {
            try ZeroShotClassification(extractor).evaluate(.open(folder.path))
        }
        guard case .nothing = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }
}
