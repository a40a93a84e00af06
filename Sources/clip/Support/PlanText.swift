import CLIPTraining
import Foundation

/// A plan for people: a row for each quantity, a column for each stage.
struct PlanText {
    private let plan: CostPlan

    init(_ plan: CostPlan) { self.plan = plan }

    var text: String {
        var table = TextTable()
        let hasTotal = plan.stages.count > 1
        if hasTotal { table.row([""] + plan.stages.map(\.name) + ["total"]) }
        func row(_ name: String, _ total: String? = nil, _ value: (CostPlan.Stage) -> String?) {
            let values = plan.stages.map(value)
            guard values.contains(where: { $0 != nil }) || total != nil else { return }
            table.row([name] + values.map { $0 ?? "unknown" } + (hasTotal ? [total ?? ""] : []))
        }
        row("parameters") { Self.parameters($0) }
        row("image") { stage in
            let rows = stage.imageTokens.map { ", \(Self.kept($0, stage.unmaskedImageTokens)) tokens" } ?? ""
            return "\(stage.imageSize) px\(rows)"
        }
        row("text") { stage in
            stage.textTokens.map { mean in
                let most = stage.longestText ?? 0
                return Int(mean.rounded(.up)) == most
                    ? "\(most) tokens" : "\(Figures.fixed(mean, 1)) tokens, at most \(most)"
            } ?? "embeddings"
        }
        row("forward per pair") { stage in
            "\(Figures.fixed(stage.imageGigamacs, 3)) + \(Figures.fixed(stage.textGigamacs, 3)) GMACs = "
                + "\(Figures.fixed(stage.forwardGigaflops, 2)) GFLOPs"
        }
        row("step per pair") { "\(Figures.fixed($0.stepGigaflops, 2)) GFLOPs" }
        row("share of full length", plan.total.relativeCompute.map(Self.share)) {
            Self.share($0.relativeCompute)
        }
        row("pairs", plan.total.samples.map(Figures.grouped)) { stage in
            stage.samples.map {
                "\(Figures.grouped($0)) in \(Figures.grouped(stage.steps ?? 0)) steps of \(stage.batch)"
            }
        }
        row("compute", plan.total.flops.map(Self.operations)) { $0.flops.map(Self.operations) }
        row("rate", nil) { $0.measuredFlops.map { "\(Self.operations($0))/s, measured" } }
        row("time", plan.total.seconds.map(Self.time)) { $0.seconds.map(Self.time) }
        row("memory, peak") { $0.memory.map { Figures.bytes($0.peak) } }
        row("  activations") { stage in
            stage.memory.map {
                "\(Figures.bytes($0.activations)) for \($0.microBatch) pairs, \(stage.precision)"
            }
        }
        row("  weights") { $0.memory.map { Figures.bytes($0.weights) } }
        row("  gradients") { $0.memory.map { Figures.bytes($0.gradients) } }
        row("  moments") { $0.memory.map { Figures.bytes($0.moments) } }
        if plan.stages.contains(where: { ($0.memory?.average ?? 0) > 0 }) {
            row("  average") { $0.memory.map { Figures.bytes($0.average) } }
        }
        row("  loss, batches") {
            $0.memory.map { "\(Figures.bytes($0.objective)), \(Figures.bytes($0.batches))" }
        }
        if plan.total.dataBytes != nil || plan.stages.contains(where: { $0.dataBytes != nil }) {
            row("data read", plan.total.dataBytes.map(Self.bytes)) {
                $0.dataBytes.map(Self.bytes)
            }
        }
        row("checkpoints") { stage in
            "\(stage.keptCheckpoints) of \(Figures.bytes(stage.checkpointBytes))"
        }
        if plan.stages.contains(where: { $0.sampleStateBytes != nil }) {
            row("sample records") { $0.sampleStateBytes.map { Figures.bytes($0) } ?? "none" }
        }
        if plan.stages.contains(where: { $0.network != nil }) {
            row("network per step") { stage in
                stage.network.map {
                    "\(Figures.bytes($0.gradients)) gradients, \(Figures.bytes($0.gathered)) features per "
                        + "process"
                }
            }
        }
        return table.text
    }

    private static func parameters(_ stage: CostPlan.Stage) -> String {
        let all = Figures.grouped(stage.trainedParameters + stage.frozenParameters)
        return stage.frozenParameters == 0 ? all : "\(all), \(Figures.grouped(stage.frozenParameters)) frozen"
    }

    private static func kept(_ rows: Int, _ all: Int?) -> String {
        all.map { $0 == rows ? "\(rows)" : "\(rows) of \($0)" } ?? "\(rows)"
    }

    /// More than a zettabyte is no amount that is read.
    private static func bytes(_ count: Double) -> String { Figures.bytes(Int(min(count, 9e18))) }

    private static func share(_ value: Double) -> String { Figures.fixed(value, value < 0.1 ? 3 : 2) }

    /// `3.85 EFLOPs`
    private static func operations(_ count: Double) -> String {
        let units = ["FLOPs", "kFLOPs", "MFLOPs", "GFLOPs", "TFLOPs", "PFLOPs", "EFLOPs", "ZFLOPs", "YFLOPs"]
        var (value, unit) = (count, 0)
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return "\(Figures.fixed(value, 2)) \(units[unit])"
    }

    private static func time(_ seconds: Double) -> String {
        seconds < 172_800 ? Figures.duration(seconds) : "\(Figures.fixed(seconds / 86_400, 1)) days"
    }
}
