extension DataCheckSheet {
    /// The look, light or dark as the reader's system is.
    static let style = """
        :root { color-scheme: light dark; --dim: light-dark(#666, #aaa); --line: light-dark(#ddd, #444);
          --bar: light-dark(#4878b8, #7aa7e0); --good: light-dark(#1a7f37, #4ac26b); --poor: light-dark(#b42318, #ff8f85) }
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
          overflow-wrap: anywhere }
        h1, h2, h3 { line-height: 1.2 } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line) }
        table { border-collapse: collapse; margin: .6rem 0 } th, td { text-align: left; vertical-align: top;
          padding: .15rem .9rem .15rem 0; border-bottom: 1px solid var(--line) }
        th { font-weight: 600 } th, small, .dim { color: var(--dim) }
        .n { text-align: right; font-variant-numeric: tabular-nums }
        .good { color: var(--good); font-weight: 600 } .poor { color: var(--poor); font-weight: 600 }
        details { margin: .4rem 0 } summary { cursor: pointer }
        .chart { display: inline-block; margin: .4rem 1.6rem .4rem 0; vertical-align: top }
        .chart text { fill: currentColor; font-size: 12px } .chart rect { fill: var(--bar) }
        .sheet { display: flex; flex-wrap: wrap; gap: .8rem } figure { margin: 0; width: 132px }
        figure img, figure .none { width: 128px; height: 128px; object-fit: contain; background: light-dark(#f4f4f4, #222);
          border: 1px solid var(--line); display: block; color: var(--dim); font-size: 12px; text-align: center }
        figcaption { font-size: 12px; line-height: 1.3; margin-top: .2rem }

        """
}

/// Numbers as the sheet shows them.
enum SheetNumber {
    /// `1,234,567`
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var result = ""
        for (place, digit) in digits.enumerated() {
            if place > 0 && (digits.count - place) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + result
    }

    /// `1.5 %`
    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        // A share above nothing must not read as nothing.
        if tenths == 0 && share > 0 { return "less than 0.1 %" }
        return "\(tenths / 10).\(tenths % 10) %"
    }
}

/// Draws the bins of a distribution as bars of inline SVG.
enum Histogram {
    static func svg(_ title: String, _ spread: DataCheckReport.Spread) -> String {
        let most = max(1, spread.bins.map(\.count).max() ?? 1)
        // Empty ranges at both ends say nothing.
        let first = spread.bins.firstIndex { $0.count > 0 } ?? 0
        let end = (spread.bins.lastIndex { $0.count > 0 } ?? -1) + 1
        let height = 22 + 17 * max(0, end - first)
        var text = "<svg class=\"chart\" width=\"330\" height=\"\(height)\" role=\"img\" aria-label=\""
        text += "\(HTMLText.escaped(title))\"><text x=\"0\" y=\"14\" font-weight=\"600\">"
        let median = spread.distribution.percentiles["p50"] ?? 0
        text += "\(HTMLText.escaped(title)): median \(SheetNumber.grouped(median))</text>\n"
        for row in first..<max(first, end) {
            let bin = spread.bins[row]
            let y = 22 + 17 * (row - first)
            let last = row + 1 < spread.bins.count ? spread.bins[row + 1].from - 1 : nil
            let width = 130 * bin.count / most
            let from = SheetNumber.grouped(bin.from)
            let range =
                last.map { $0 == bin.from ? from : "\(from)–\(SheetNumber.grouped($0))" } ?? "\(from) –"
            text += "<text x=\"125\" y=\"\(y + 12)\" text-anchor=\"end\">\(range)</text>"
            text +=
                "<rect x=\"131\" y=\"\(y + 2)\" width=\"\(max(width, bin.count > 0 ? 1 : 0))\" height=\"12\"/>"
            text += "<text x=\"\(137 + width)\" y=\"\(y + 12)\">\(SheetNumber.grouped(bin.count))</text>\n"
        }
        return text + "</svg>\n"
    }
}
