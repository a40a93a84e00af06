import Foundation
import Testing

@testable import CLIPData

@Suite struct DataCheckSheetTests {
    private typealias Fixture = CheckFixture

    private func sheet(_ fixture: CheckFixture, title: String = "data") throws -> String {
        var settings = DataCheckSettings()
        settings.imageSize = 32
        let source = try fixture.open()
        let report = try DataCheck(settings).run(source)
        return try DataCheckSheet(report, source: source, settings: settings, title: title).text()
    }

    @Test func hostileTextIsOnlyText() throws {
        let fixture = try Fixture()
        let attack = "<script>alert(1)</script> \"' onerror='x' & \u{202E}\u{1B}[31m\u{0} end"
        var samples = try (0..<3).map { try Fixture.good($0, caption: attack) }
        samples.append(try Fixture.good(4, key: "a\"><img src=x onerror=alert(2)>"))
        samples.append(try Fixture.good(5, caption: String(repeating: "x<y ", count: 260_000)))
        samples.append(
            Fixture.sample("raw", ("jpg", Fixture.text("<script>")), ("txt", [0xFF, 0xFE, 0x3C, 0x80]))
        )
        samples.append(Fixture.sample("bad<script>key", ("txt", Fixture.text("no picture"))))
        try fixture.write(samples)
        let text = try sheet(fixture, title: "</title><script>alert(3)</script>")
        #expect(!text.lowercased().contains("<script"))
        #expect(!text.contains("<img src") && !text.contains("\"><img"))
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39; onerror=&#39;x&#39; &amp;"))
        #expect(!text.unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x1B || $0.value == 0 })
        // A caption of a megabyte is cut, so that the page stays small.
        #expect(text.utf8.count < 200_000)
        #expect(
            text.contains("default-src 'none'") && !text.contains("http://") && !text.contains("https://")
        )
    }

    @Test func picturesAreInsideAndTheFileIsBounded() throws {
        let fixture = try Fixture()
        // Noise does not compress, so that thumbnails are as large as they get.
        try fixture.write(
            try (0..<150).map { number in
                var random = CounterRandom(seed: UInt64(number), purpose: .order)
                let pixels = (0..<3 * 128 * 128).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                let image = try Fixture.png(RGBImage(width: 128, height: 128, pixels: pixels))
                return Fixture.sample("n\(number)", ("png", image), ("txt", Fixture.text("noise \(number)")))
            }
        )
        let text = try sheet(fixture)
        #expect(text.components(separatedBy: "src=\"data:image/jpeg;base64,").count == 61)
        #expect(text.utf8.count < 3_000_000)
        #expect(text.contains("No sample is bad."))
    }

    @Test func nearDuplicatesStandSideBySide() throws {
        let fixture = try Fixture()
        let picture = Fixture.picture(1, width: 160, height: 120)
        try fixture.write([
            Fixture.sample("first", ("png", try Fixture.png(picture)), ("txt", Fixture.text("one two"))),
            Fixture.sample(
                "second",
                ("jpg", try ImageEncoder.jpeg().encode(picture)),
                ("txt", Fixture.text("three"))
            ),
            try Fixture.good(9),
        ])
        let text = try sheet(fixture)
        #expect(text.contains("Largest groups: images that look alike"))
        #expect(text.components(separatedBy: "<figure>").count == 1 + 2 + 3)
    }

    @Test func lengthsOfLinesAreThoseOfTheirScalars() {
        #expect(PlainLine.of("  a \n\t b  ") == "a b")
        #expect(PlainLine.of("a\u{7}b\u{202E}c") == "a\u{FFFD}b\u{FFFD}c")
        #expect(
            PlainLine.of("e" + String(repeating: "\u{301}", count: 1000), limit: 10).unicodeScalars.count
                == 11
        )
        #expect(SheetNumber.grouped(1_234_567) == "1,234,567" && SheetNumber.grouped(-12) == "-12")
        #expect(SheetNumber.percent(0.1234) == "12.3 %" && SheetNumber.percent(1e-6) == "less than 0.1 %")
    }

    @Test func coarseHistogramsAreCloseAndBounded() {
        var histogram = CoarseHistogram()
        for value in stride(from: 0, through: 9_999_999, by: 37) { histogram.add(value) }
        let distribution = histogram.distribution
        #expect(histogram.counts.count < 3000)
        #expect(distribution.minimum == 0 && distribution.maximum == 9_999_990)
        let median = Double(distribution.percentiles["p50"] ?? 0)
        #expect(median <= 5_000_000 && median > 5_000_000 * 0.99)
    }
}
