extension DataCheckSheet {
    mutating func summary() {
        let share = SheetNumber.percent(report.badShare)
        let verdict =
            report.isUsable
            ? "Usable: \(share) of the samples are bad."
            : "Not usable: \(share) of the samples are bad; training stops above \(SheetNumber.percent(report.maximumBadShare))."
        html.element("p", verdict, attributes: "class=\"\(report.isUsable ? "good" : "poor")\"")
        if report.isInterrupted {
            html.element("p", "The check was interrupted; this is about what was read.")
        }
        for note in report.notes { html.element("p", note) }
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

    mutating func findings(_ title: String, _ findings: [DataCheckReport.Finding], none: String) {
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
}
