/// A report as one HTML file that refers to nothing outside of it: tables, histograms, and pictures with captions.
///
/// Keys, captions and file names are escaped and shortened, and pictures stop when the file has 2.5 MB.
public struct DataCheckSheet {
    let report: DataCheckReport
    let source: any SampleSource
    let settings: DataCheckSettings
    private let title: String
    private var thumbnails: Thumbnails
    private var html = HTMLText()
    private var isFull = false

    /// How many random samples are shown.
    static let sampleCount = 60
    /// Pictures are left out from here on.
    static let pictureLimit = 2_500_000

    /// Makes a sheet.
    ///
    /// - Parameters:
    ///   - report: What was found.
    ///   - source: The same samples, from which pictures and captions are read again.
    ///   - settings: The settings of the check.
    ///   - title: What the data is called.
    public init(
        _ report: DataCheckReport,
        source: any SampleSource,
        settings: DataCheckSettings,
        title: String
    ) {
        self.report = report
        self.source = source
        self.settings = settings
        self.title = title
        thumbnails = Thumbnails(settings: settings)
    }

    /// The file's text.
    ///
    /// - Throws: `ShardError` when the data itself cannot be read.
    public func text() throws -> String {
        var sheet = self
        return try sheet.make()
    }

    private mutating func make() throws -> String {
        html.raw(
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">

            """
        )
        html.element("title", "Data check: " + title)
        html.raw("<style>\(Self.style)</style></head><body>\n")
        html.element("h1", "Data check")
        html.element("p", title, attributes: "class=\"dim\"")
        summary()
        findings("Faults", report.faults, none: "No sample is bad.")
        findings("Worth a look", report.remarks, none: "Nothing.")
        captions()
        images()
        try duplicates()
        try contactSheet()
        if isFull { html.element("p", "Further pictures are left out to keep this file small.") }
        html.raw("</body></html>\n")
        return html.text
    }

    private mutating func summary() {
        let share = SheetNumber.percent(report.badShare)
        let verdict =
            report.isUsable
            ? "Usable: \(share) of the samples are bad."
            : "Not usable: \(share) of the samples are bad; training stops above \(SheetNumber.percent(report.maximumBadShare))."
        html.element("p", verdict, attributes: "class=\"\(report.isUsable ? "good" : "poor")\"")
        if report.isInterrupted {
            html.element("p", "The check was interrupted; this is about what was read.")
        }
        for hint in report.fields.hints { html.element("p", hint, attributes: "class=\"poor\"") }
        html.table(
            ["", "samples"],
            [
                ["in the data", SheetNumber.grouped(report.samples)],
                ["read", SheetNumber.grouped(report.examined)],
                ["bad", SheetNumber.grouped(report.bad)],
            ]
        )
        let fields = report.fields.suffixes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(40)
        html.element("h2", "Fields")
        html.table(["field", "samples"], fields.map { [$0.key, SheetNumber.grouped($0.value)] })
        if !report.fields.jsonKeys.isEmpty {
            let keys = report.fields.jsonKeys.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            html.table(
                ["text in .json", "of \(SheetNumber.grouped(report.fields.jsonExamined)) read"],
                keys.map { ["json:" + $0.key, SheetNumber.grouped($0.value)] }
            )
        }
    }

    private mutating func findings(_ title: String, _ findings: [DataCheckReport.Finding], none: String) {
        html.element("h2", title)
        if findings.isEmpty { html.element("p", none) }
        for finding in findings {
            html.raw("<details\(title == "Faults" ? " open" : "")><summary>")
            html.element("b", finding.kind)
            html.raw(" ")
            html.element("span", SheetNumber.grouped(finding.count), attributes: "class=\"n\"")
            html.raw(" ")
            html.element("span", finding.advice, attributes: "class=\"dim\"")
            html.raw("</summary>\n")
            html.table(["key", "file", "what"], finding.examples.map { [$0.key, $0.shard, $0.text] })
            html.raw("</details>\n")
        }
    }

    private mutating func captions() {
        let captions = report.captions
        html.element("h2", "Captions")
        html.table(
            ["field", "present", "blank", "damaged"],
            captions.fields.map {
                [$0.field] + [$0.present, $0.blank, $0.damaged].map(SheetNumber.grouped)
            }
        )
        html.table(
            ["samples with", "count"],
            captions.coverage.prefix(20).map {
                [
                    $0.fields.isEmpty ? "none" : $0.fields.joined(separator: " + "),
                    SheetNumber.grouped($0.samples),
                ]
            }
        )
        html.raw(Histogram.svg("words", captions.words))
        if let tokens = captions.tokens {
            html.raw(Histogram.svg("tokens, with start and end", tokens))
            html.element(
                "p",
                "\(SheetNumber.grouped(captions.cut)) captions are longer than \(captions.contextLength) tokens and would be cut."
            )
        }
        guard !captions.mostRepeated.isEmpty else { return }
        html.element("h3", "Most repeated captions")
        html.table(
            ["caption", "samples"],
            captions.mostRepeated.map { [$0.text, SheetNumber.grouped($0.count)] }
        )
    }

    private mutating func images() {
        let images = report.images
        html.element("h2", "Images")
        let formats = images.formats.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let counts =
            formats.map { ($0.key, $0.value) } + [
                ("transparent", images.transparent), ("animated", images.animated),
                ("of one colour", images.plain),
                ("shorter side below \(images.imageSize) pixels", images.enlarged),
            ]
        html.table(["", "images"], counts.map { [$0.0, SheetNumber.grouped($0.1)] })
        html.raw(Histogram.svg("shorter side in pixels", images.shortSide))
        html.raw(Histogram.svg("longer side in % of the shorter", images.aspect))
        html.raw(Histogram.svg("thousands of pixels", images.kilopixels))
        html.raw(Histogram.svg("bytes", images.bytes))
    }

    private mutating func duplicates() throws {
        let found = report.duplicates
        html.element("h2", "Duplicates")
        let kinds: [(String, DataCheckReport.Duplicates.Kind)] = [
            ("one key", found.keys), ("equal captions", found.captions),
            ("equal files", found.imageBytes), ("equal pixels", found.imagePixels),
            ("images that look alike", found.near),
        ]
        html.table(
            ["", "groups", "samples", "copies"],
            kinds.map { [$0.0] + [$0.1.groups, $0.1.samples, $0.1.extra].map(SheetNumber.grouped) }
        )
        if found.keysWithinShard > 0 {
            html.element(
                "p",
                "\(SheetNumber.grouped(found.keysWithinShard)) samples have the key of an earlier one in the same file: give each a key of its own."
            )
        }
        if !found.nearIsComplete {
            html.element("p", "Very many images look similar, so that not all pairs were compared.")
        }
        for (name, kind) in [kinds[4], kinds[3]] where kind.groups > 0 {
            html.element("h3", "Largest groups: " + name)
            for group in kind.largest {
                html.element("p", "\(SheetNumber.grouped(group.count)) samples", attributes: "class=\"dim\"")
                try pictures(group.examples)
            }
        }
    }

    private mutating func contactSheet() throws {
        html.element("h2", "Random samples")
        let positions = SampleSelection.draw(Self.sampleCount, of: source.count, seed: settings.seed)
        try pictures(
            positions.map { position in
                let label = source.label(at: position)
                let text = try SampleCaption.text(of: settings.captions, at: position, in: source)
                return .init(key: label.key, shard: label.shard, position: position, text: text)
            }
        )
    }

    private mutating func pictures(_ samples: [DataCheckReport.Example]) throws {
        html.raw("<div class=\"sheet\">\n")
        for sample in samples {
            html.raw("<figure>")
            if html.byteCount < Self.pictureLimit {
                html.raw(try thumbnails.markup(for: sample.position, in: source))
            } else {
                isFull = true
            }
            html.raw("<figcaption>\(HTMLText.escaped(sample.text, limit: 200))<br><small title=\"")
            html.raw("\(HTMLText.escaped(sample.shard))\">\(HTMLText.escaped(sample.key, limit: 80))")
            html.raw("</small></figcaption></figure>\n")
        }
        html.raw("</div>\n")
    }
}
