import CLIPEvaluation
import CLIPTraining
import Foundation
import LocalFiles

/// A picture of the errors of normalizers over the steps of a run: mean squared errors on a logarithmic axis.
struct NormalizerPlot {
    private struct Curve {
        var name: String
        var colour: String
        var isDashed: Bool
        var points: [(step: Int, error: Double)]
    }

    private static let width = 720.0, height = 360.0, left = 64.0, right = 190.0, top = 40.0, bottom = 44.0
    private let curves: [Curve]

    init(_ reports: [NormalizerReport]) {
        func curve(_ name: String, _ colour: String, dashed: Bool, _ error: (NormalizerReport) -> Double?)
            -> Curve
        {
            let points = reports.compactMap { report in error(report).map { (report.step, $0) } }
            return Curve(name: name, colour: colour, isDashed: dashed, points: points.filter { $0.1 > 0 })
        }
        let estimator = reports.last?.estimator ?? "estimator"
        curves = [
            curve("batch, images", "#2f6fd0", dashed: false) { $0.batchErrors.image.meanSquaredError },
            curve("batch, texts", "#2f6fd0", dashed: true) { $0.batchErrors.text.meanSquaredError },
            curve("\(estimator), images", "#d0632f", dashed: false) {
                $0.estimatorErrors?.image.meanSquaredError
            },
            curve("\(estimator), texts", "#d0632f", dashed: true) {
                $0.estimatorErrors?.text.meanSquaredError
            },
        ].filter { !$0.points.isEmpty }
    }

    /// Writes the picture; an earlier one stays whole until the new one is.
    func write(to file: URL) throws {
        try DurableFile.replace(file, with: Data(svg.utf8))
    }

    private var svg: String {
        let points = curves.flatMap(\.points)
        let steps = points.map(\.step)
        let (first, last) = (Double(steps.min() ?? 0), Double(steps.max() ?? 1))
        let logs = points.map { log10($0.error) }
        let (low, high) = (
            (logs.min() ?? 0).rounded(.down), max((logs.max() ?? 1).rounded(.up), (logs.min() ?? 0) + 1)
        )
        func x(_ step: Double) -> Double {
            Self.left + (step - first) / max(last - first, 1) * (Self.width - Self.left - Self.right)
        }
        func y(_ logarithm: Double) -> Double {
            Self.height - Self.bottom - (logarithm - low) / (high - low)
                * (Self.height - Self.top - Self.bottom)
        }
        var parts = [
            "<text x=\"\(Self.left)\" y=\"22\" class=\"title\">mean squared error of log-normalizers</text>",
            "<text x=\"\(Self.left)\" y=\"\(Self.height - 8)\">optimizer steps</text>",
        ]
        for power in stride(from: low, through: high, by: 1) {
            let label = String(format: "%g", pow(10, power))
            parts.append(line(Self.left, y(power), Self.width - Self.right, y(power), "grid"))
            parts.append(
                "<text x=\"\(Self.left - 8)\" y=\"\(y(power) + 4)\" text-anchor=\"end\">\(label)</text>"
            )
        }
        for step in Set([first, last]).sorted() {
            let place = "x=\"\(x(step))\" y=\"\(Self.height - Self.bottom + 18)\""
            parts.append("<text \(place) text-anchor=\"middle\">\(Int(step))</text>")
        }
        for (number, curve) in curves.enumerated() {
            let dash = curve.isDashed ? " stroke-dasharray=\"5 4\"" : ""
            let path = curve.points.map { "\(x(Double($0.step))),\(y(log10($0.error)))" }.joined(
                separator: " "
            )
            parts.append("<polyline points=\"\(path)\" stroke=\"\(curve.colour)\"\(dash) class=\"curve\"/>")
            for point in curve.points {
                let centre = "cx=\"\(x(Double(point.step)))\" cy=\"\(y(log10(point.error)))\""
                parts.append("<circle \(centre) r=\"2.5\" fill=\"\(curve.colour)\"/>")
            }
            let (start, level) = (Self.width - Self.right + 14, Self.top + 10 + Double(number) * 20)
            parts.append(
                "<line x1=\"\(start)\" y1=\"\(level)\" x2=\"\(start + 24)\" y2=\"\(level)\" stroke=\"\(curve.colour)\"\(dash) class=\"curve\"/>"
            )
            parts.append("<text x=\"\(start + 30)\" y=\"\(level + 4)\">\(curve.name)</text>")
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))">
            <style>
            .ground { fill: #ffffff } text { fill: #3b4450; font: 12px system-ui, sans-serif } .title { font-weight: 600 }
            .grid { stroke: #d7dce2; stroke-width: 1 } .curve { fill: none; stroke-width: 1.8 }
            @media (prefers-color-scheme: dark) {
              .ground { fill: #15191e } text { fill: #c3ccd6 } .grid { stroke: #2c343d }
            }
            </style>
            <rect class="ground" width="100%" height="100%"/>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
        "<line x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\" class=\"\(kind)\"/>"
    }
}
