extension DataCheckSheet {
    mutating func captions() {
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

    mutating func images() {
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
}
