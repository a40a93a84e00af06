extension DataCheckSheet {
    mutating func duplicates() throws {
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

    mutating func contactSheet() throws {
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
