/// A report as one HTML file that refers to nothing outside of it: tables, histograms, and pictures with captions.
///
/// Keys, captions and file names are escaped and shortened, and pictures stop when the file has 2.5 MB.
public struct DataCheckSheet {
    let report: DataCheckReport
    let source: any SampleSource
    let settings: DataCheckSettings
    private let title: String
    var thumbnails: Thumbnails
    var html = HTMLText()
    var isFull = false

    /// The number of the page's form; nobody of ours reads it.
    static let format = 1

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
            <meta name="generator" content="swift-clip data check \(Self.format)">

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
}
