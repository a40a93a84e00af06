import Foundation
import Synchronization
import Testing

@testable import CLIPData

@Suite struct DataCheckFaultTests {
    private typealias Fixture = CheckFixture

    @Test func aMissingFileIsNotCalledDamaged() throws {
        let fixture = try Fixture()
        try fixture.directory.write(Fixture.text("image,caption\nnowhere.png,a caption\n"), "l.csv")
        let data = try ShardDataset.open([fixture.directory.path + "/l.csv"])
        let report = try DataCheck(DataCheckSettings()).run(data)
        let fault = try #require(report.faults.first)
        #expect(report.faults.count == 1 && fault.kind == "missing file" && fault.count == 1)
        #expect(fault.advice.contains("correct the paths") && !fault.advice.contains("damaged"))
    }

    @Test func everyFaultIsCountedByKind() throws {
        let fixture = try Fixture()
        let caption = ("txt", Fixture.text("a good caption"))
        let whole = try Fixture.png(Fixture.picture(1))
        let jpeg = try ImageEncoder.jpeg().encode(Fixture.picture(2))
        var corrupt = whole
        for place in whole.count / 2..<whole.count / 2 + 40 { corrupt[place] ^= 0x55 }
        let thin = RGBImage(width: 1, height: 300, pixels: [UInt8](repeating: 9, count: 900))
        try fixture.write([
            try Fixture.good(0),
            Fixture.sample("half", ("jpg", Array(jpeg.prefix(jpeg.count / 2))), caption),
            Fixture.sample("corrupt", ("png", corrupt), caption),
            Fixture.sample("page", ("jpg", Fixture.text("<html>404</html>")), caption),
            Fixture.sample("none", ("jpg", []), caption),
            Fixture.sample(
                "large",
                ("png", try Fixture.png(Fixture.picture(3, width: 130, height: 100))),
                caption
            ),
            Fixture.sample("imageless", caption),
            Fixture.sample("mute", ("png", try Fixture.png(Fixture.picture(4)))),
            Fixture.sample(
                "blank",
                ("png", try Fixture.png(Fixture.picture(5))),
                ("txt", Fixture.text(" \n\t"))
            ),
            Fixture.sample(
                "json",
                ("png", try Fixture.png(Fixture.picture(6))),
                ("json", Fixture.text("{oops"))
            ),
            Fixture.sample(
                "tokens",
                ("png", try Fixture.png(Fixture.picture(7))),
                ("txt", Fixture.text("!!"))
            ),
            Fixture.sample("thin", ("png", try Fixture.png(thin)), caption),
            Fixture.sample("both", ("jpg", Fixture.text("nothing")), ("txt", Fixture.text(" "))),
        ])
        let report = try fixture.check {
            $0.captions = ["txt", "json:caption"]
            $0.maximumPixels = 12_000
        } tokens: {
            $0 == "!!" ? 0 : 3
        }
        let expected = [
            "truncated jpeg": 1, "corrupt png": 1, "unsupported format": 2, "empty": 1, "too many pixels": 1,
            "missing image": 1, "missing caption": 1, "empty caption": 2, "damaged field": 1,
            "caption without tokens": 1,
        ]
        let found = Dictionary(uniqueKeysWithValues: report.faults.map { ($0.kind, $0.count) })
        #expect(found == expected)
        #expect(report.samples == 13 && report.examined == 13)
        // A sample with two faults is bad once.
        #expect(report.bad == 11 && !report.isUsable)
        #expect(report.faults.allSatisfy { !$0.advice.isEmpty })
        #expect(report.faults.first { $0.kind == "too many pixels" }?.examples.map(\.key) == ["large"])
        #expect(
            report.faults.first { $0.kind == "too many pixels" }?.examples.first?.text.contains("130×100")
                == true
        )
        #expect(report.count("image is long and thin") == 1)
        #expect(report.captions.fields.map(\.damaged) == [0, 1])
    }

    @Test func anExtremeShapeIsAFault() throws {
        let fixture = try Fixture()
        // The header alone tells; the shorter side is one pixel and the longer would pass 2³¹ when that becomes 65536.
        let image = RGBImage(width: 40_000, height: 1, pixels: [UInt8](repeating: 1, count: 120_000))
        try fixture.write([Fixture.sample("a", ("png", try Fixture.png(image)), ("txt", Fixture.text("x y")))]
        )
        #expect(try fixture.check { $0.imageSize = 65536 }.count("extreme shape") == 1)
    }

    @Test func theShareOfBadSamplesDecides() throws {
        let fixture = try Fixture()
        var samples = try (0..<19).map { try Fixture.good($0) }
        samples.append(Fixture.sample("bad", ("txt", Fixture.text("no picture"))))
        try fixture.write(samples)
        #expect(try fixture.check().isUsable)
        #expect(try !fixture.check { $0.maximumBadShare = 0.04 }.isUsable)
        #expect(try fixture.check().badShare == 0.05)
    }

    @Test func misnamedFieldsAreGuessed() throws {
        let fixture = try Fixture()
        let image = try Fixture.png(Fixture.picture(1))
        try fixture.write(
            (0..<3).map {
                Fixture.sample(
                    "s\($0)",
                    ("png", image),
                    ("caption", Fixture.text("c")),
                    ("json", Fixture.text("{\"caption\": \"c\", \"n\": 1}"))
                )
            }
        )
        let report = try fixture.check()
        #expect(report.fields.hints == ["No 'txt', but 'caption' in 3 of 3 samples: use --captions caption."])
        #expect(report.fields.suffixes == ["png": 3, "caption": 3, "json": 3])
        #expect(report.fields.jsonKeys == ["caption": 3] && report.fields.jsonExamined == 3)
        #expect(report.count("missing caption") == 3 && !report.isUsable)
        let misspelt = try fixture.check { $0.captions = ["json:captoin"] }
        #expect(
            misspelt.fields.hints == [
                "No 'json:captoin', but 'json:caption' in 3 of 3 samples: use --captions json:caption."
            ]
        )
        #expect(try fixture.check { $0.captions = ["caption"] }.fields.hints == [])
        let images = try fixture.check {
            $0.captions = ["caption"]
            $0.imageFields = ["jpg"]
        }
        #expect(images.fields.hints.first?.contains("expected 'jpg', found 'caption' (3×)") == true)
    }

    @Test func captionsAndImagesAreDescribed() throws {
        let fixture = try Fixture()
        let image = try Fixture.png(Fixture.picture(1))
        let small = try Fixture.png(Fixture.picture(2, width: 20, height: 90))
        let captions: [[UInt8]] = [
            Fixture.text("one"), Fixture.text("<b>bold</b> words"),
            Fixture.text("see https://a.example/b for more"),
            Fixture.text("a caf") + [0xE9] + Fixture.text(" in winter"),
            Fixture.text("\u{FFFD}\u{FFFD}\u{FFFD} \u{FFFD}"),
            Fixture.text("one two three four five six seven eight nine ten"), Fixture.text("a < b & c"),
        ]
        var samples = captions.enumerated().map { number, text in
            Fixture.sample("s\(number)", ("png", image), ("txt", text))
        }
        samples.append(Fixture.sample("small", ("png", small), ("txt", Fixture.text("a small one"))))
        let plain = RGBImage(width: 40, height: 40, pixels: [UInt8](repeating: 77, count: 4800))
        samples.append(
            Fixture.sample("plain", ("png", try Fixture.png(plain)), ("title.txt", Fixture.text("a title")))
        )
        samples.append(
            Fixture.sample(
                "alpha",
                ("png", try ImageFixtures.bytes("rgba.png")),
                ("txt", Fixture.text("a b")),
                ("title.txt", Fixture.text("c"))
            )
        )
        samples.append(
            Fixture.sample(
                "moving",
                ("webp", try ImageFixtures.bytes("animated.webp")),
                ("txt", Fixture.text("a b"))
            )
        )
        try fixture.write(samples)
        let report = try fixture.check {
            $0.captions = ["txt", "title.txt"]
            $0.contextLength = 8
        }
        // What is not UTF-8 is no caption, as for open_clip.
        #expect(report.bad == 1 && report.faults.map(\.kind) == ["damaged field"])
        #expect(
            report.faults[0].examples[0].text
                == "the .txt member: byte 0xE9 stands where UTF-8 has none; convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`"
        )
        #expect(report.count("caption of one word") == 1)
        #expect(report.count("caption with HTML") == 1)
        #expect(report.count("caption with a web address") == 1)
        #expect(report.count("caption mostly unreadable") == 1)
        #expect(report.count("caption is cut") == 1 && report.captions.cut == 1)
        #expect(report.captions.tokens?.distribution.maximum == 12)
        #expect(report.captions.tokens?.bins.last == .init(from: 9, count: 1))
        #expect(report.captions.words.bins.map(\.count).reduce(0, +) == 10)
        #expect(report.count("image of one colour") == 1)
        #expect(report.images.transparent >= 1 && report.count("image is animated") == 1)
        #expect(report.images.enlarged >= 1)
        #expect(
            report.remarks.first { $0.kind == "image is enlarged" }?.examples.contains {
                $0.key == "small" && $0.text == "20×90"
            } == true
        )
        #expect(report.count("image is long and thin") == 1)
        #expect(report.captions.coverage.map(\.samples) == [8, 1, 1, 1])
        #expect(
            report.captions.coverage.map(\.fields) == [["txt"], [], ["txt", "title.txt"], ["title.txt"]]
        )
    }

    @Test func theReportDoesNotDependOnThreads() throws {
        let fixture = try Fixture()
        var samples = try (0..<150).map { try Fixture.good($0 % 120) }
        for number in stride(from: 0, to: 150, by: 7) { samples[number].fields.remove(at: number % 2) }
        try fixture.write(Array(samples.prefix(70)), to: "0.tar")
        try fixture.write(Array(samples.dropFirst(70)), to: "1.tar")
        let one = try fixture.check { $0.threads = 1 }
        #expect(try fixture.check { $0.threads = 4 } == one)
        #expect(one.bad == 22 && one.duplicates.imagePixels.groups > 0)
        let sampled = try [1, 4].map { threads in
            try fixture.check {
                $0.threads = threads
                $0.sampleLimit = 40
                $0.seed = 3
            }
        }
        #expect(sampled[0] == sampled[1] && sampled[0].examined == 40)
        let other = try fixture.check {
            $0.sampleLimit = 40
            $0.seed = 4
        }
        #expect(other != sampled[0])
    }

    @Test func oneSampleAndNone() throws {
        let fixture = try Fixture()
        try fixture.write([try Fixture.good(0)])
        let report = try fixture.check()
        #expect(report.isUsable && report.examined == 1 && report.faults.isEmpty)
        let none = try DataCheck(DataCheckSettings()).run(EmptySource())
        #expect(none.examined == 0 && !none.isUsable && !none.isInterrupted)
        let sheet = DataCheckSheet(none, source: EmptySource(), settings: DataCheckSettings(), title: "none")
        #expect(try sheet.text().contains("Not usable"))
    }

    @Test func anInterruptedCheckReportsOnWhatWasRead() throws {
        let fixture = try Fixture()
        try fixture.write(try (0..<80).map { try Fixture.good($0) })
        let calls = Mutex(0)
        let report = try fixture.check {
            $0.threads = 1
        } isInterrupted: {
            calls.withLock { calls in
                calls += 1
                return calls > 40
            }
        }
        #expect(report.isInterrupted && report.examined == 40 && report.samples == 80)
        #expect(report.bad == 0 && report.duplicates.keys.groups == 0)
        let nothing = try fixture.check(isInterrupted: { true })
        #expect(nothing.isInterrupted && nothing.examined == 0 && !nothing.isUsable)
    }

    @Test func settingsHaveRanges() {
        var settings = DataCheckSettings()
        settings.nearDistance = 9
        #expect(throws: LoaderError.self) { try DataCheck(settings) }
        settings.nearDistance = nil
        settings.sampleLimit = 0
        #expect(throws: LoaderError.self) { try DataCheck(settings) }
    }
}

/// Data without samples.
struct EmptySource: SampleSource {
    let count = 0
    let ordinalCount = 0
    let fieldCounts: [String: Int] = [:]

    func ordinal(at index: Int) -> Int { index }
    func identity(at index: Int) -> UInt64 { 0 }
    func label(at index: Int) -> SampleLabel { SampleLabel(key: "", shard: "") }
    func field(_ suffix: String, at index: Int) throws -> FieldBytes? { nil }
}
