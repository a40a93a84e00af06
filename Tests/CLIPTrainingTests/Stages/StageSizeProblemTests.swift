import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// Sizes and positions that a stage, a start or a resume cannot have.
@Suite struct StageSizeProblemTests {
    private let fixture: TrainingFixture

    init() throws {
        fixture = try TrainingFixture()
    }

    private func recipe(_ stages: [String]) throws -> Recipe {
        let texts = stages.enumerated().map { "{name: s\($0), length: 3 steps, \($1)}" }
        return try fixture.staged(texts.joined(separator: ", "))
    }

    private func run(_ recipe: Recipe, _ name: String = "run") throws {
        _ = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url(name),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    @Test func modelsThatDifferNeedAnOperation() throws {
        func problem(_ first: String, _ second: String) -> String {
            do {
                try run(recipe(["model: {\(first)}", "model: {\(second)}"]))
                return ""
            } catch {
                return "\(error)"
            }
        }
        for (first, second, key, parts) in [
            ("imageSize: 16", "imageSize: 32", "imageSize", ["16", "32"]),
            ("contextLength: 8", "contextLength: 12", "contextLength", ["8", "12"]),
            ("positions: learned", "positions: sincosMAE", "positions", ["learned", "sincosMAE"]),
        ] {
            let text = problem(first, second)
            for part in parts + ["`stages.1.model.\(key)`", "`s0`", "model.transfer.positions"] {
                #expect(text.contains(part), "\(text)")
            }
        }
        // What one of them leaves to the configuration is known when that is read.
        for (second, parts) in [
            ("imageSize: 32", ["vision_cfg.image_size is 16 there and 32 in model.imageSize"]),
            (
                "positions: sincosMAE",
                ["swift_clip.positions is learned there and sincosMAE in model.positions"]
            ),
        ] {
            let text = problem("transfer: {}", second)
            for part in parts + ["stages.1 (s1)", "model.transfer.positions"] {
                #expect(text.contains(part), "\(text)")
            }
        }
        #expect(problem("transfer: {}", "imageSize: 16") == "", "the configuration's own size is no other")
        let kept = problem("transfer: {}", "positions: sincosMAE, transfer: {positions: interpolate}")
        for part in ["learned positions", "sincosMAE", "recompute"] {
            #expect(kept.contains(part), "\(kept)")
        }
        #expect(try fixture.files("run").isEmpty == false)
    }

    @Test func aCheckpointWithOtherPositionsNeedsATransfer() throws {
        try fixture.train(["length=2 steps", "model.positions=sincosMAE"], in: "start")
        let start = ["model.initialize=\(fixture.url("start").path)", "length=2 steps"]
        #expect {
            try fixture.train(start)
        } throws: {
            let text = "\($0)"
            return text.contains("swift_clip.positions is sincosMAE there and learned in model.config")
                && text.contains("model.transfer.positions")
        }
        #expect(!fixture.exists("run"))
        try fixture.train(start + ["model.transfer.positions=interpolate"])
        let trained = try CLIPModel.load(from: fixture.url("run").path)
        #expect(trained.configuration.patchPositions == .learned)
    }

    /// Whichever values the message names go through, and no other one does.
    @Test(arguments: PatchPositions.allCases)
    func theAdviceOfAStartCanBeFollowed(old: PatchPositions) throws {
        try fixture.writeWeights("start", positions: old)
        func start(_ overrides: [String]) throws {
            let initialize = "model.initialize=\(fixture.url("start").path)"
            _ = try TrainingRun.plan(recipe: fixture.recipe([initialize] + overrides), output: .nullDevice)
        }
        for new in PatchPositions.allCases {
            for size in [16, 32] where new != old || size != 16 {
                let model = ["model.positions=\(new.rawValue)", "model.imageSize=\(size)"]
                let error = #expect(throws: TrainingError.self) { try start(model) }
                let text = "\(try #require(error))"
                for value in ["interpolate", "recompute"] {
                    let works = (try? start(model + ["model.transfer.positions=\(value)"])) != nil
                    #expect(text.contains("\(value), which") == works, "\(old), \(new), \(size): \(text)")
                    #expect(works == (value == "recompute" || new == .learned || new == old))
                }
                guard new.isFixed, new != old else { continue }
                let kept = ["model.transfer.positions=interpolate"]
                let other = #expect(throws: TrainingError.self) { try start(model + kept) }
                let advice = "\(try #require(other))"
                #expect(advice.contains("Set model.transfer.positions to recompute, or model.positions to"))
                for positions in PatchPositions.allCases {
                    let works = (try? start(model + kept + ["model.positions=\(positions.rawValue)"])) != nil
                    let last = advice.components(separatedBy: "model.positions to ").last ?? ""
                    #expect(last.contains(positions.rawValue) == works, "\(advice)")
                }
            }
        }
    }

    @Test func theAdviceBetweenStagesCanBeFollowed() throws {
        func problem(_ first: String, _ second: String) -> String {
            do {
                _ = try TrainingRun.plan(
                    recipe: recipe(["model: {\(first)}", "model: {\(second)}"]),
                    output: .nullDevice
                )
                return ""
            } catch {
                return "\(error)"
            }
        }
        for old in PatchPositions.allCases {
            for new in PatchPositions.allCases {
                for size in [16, 32] where new != old || size != 16 {
                    // With and without what is left to the configuration.
                    for first in ["positions: \(old.rawValue), imageSize: 16", old == .learned ? "" : nil] {
                        guard let first else { continue }
                        let second = "positions: \(new.rawValue), imageSize: \(size)"
                        let text = problem(first, second)
                        for value in ["interpolate", "recompute"] {
                            let works = problem(first, "\(second), transfer: {positions: \(value)}") == ""
                            #expect(works == (value == "recompute" || new == .learned || new == old))
                            #expect(text.contains(value) == works, "\(first) to \(second): \(text)")
                        }
                    }
                }
            }
        }
        let kept = "positions: sincosMAE, transfer: {positions: interpolate}"
        let text = problem("positions: learned", kept)
        #expect(
            text.contains("`stages.1.model.transfer.positions`") && text.contains("`recompute`"),
            "\(text)"
        )
        #expect(problem("positions: learned", "positions: learned, transfer: {positions: interpolate}") == "")
    }

    @Test func sizesThatAreNoMultiplesAreRefusedByName() throws {
        for (size, near) in [(20, "16 and 24"), (4, "8 and 16")] {
            #expect {
                try fixture.train(["model.imageSize=\(size)"])
            } throws: {
                let text = "\($0)"
                return ["`model.imageSize` is \(size)", "the patch, 8", near].allSatisfy(text.contains)
            }
        }
        #expect {
            try run(recipe(["batch: 8", "model: {imageSize: 20, transfer: {positions: interpolate}}"]))
        } throws: {
            "\($0)".contains("`stages.1.model.imageSize` is 20")
        }
        #expect(!fixture.exists("run"))
    }

    @Test func aRunKeepsItsSizeWhenItIsResumed() throws {
        try fixture.train(["model.imageSize=16", "length=3 steps"])
        for change in ["model.imageSize=32", "model.positions=sincosMAE", "model.contextLength=9"] {
            let before = try fixture.files()
            #expect {
                try fixture.resume([change, "length=5 steps", "model.transfer.positions=interpolate"])
            } throws: {
                guard case .otherModel(_, _, _, let found) = $0 as? ResumeError else { return false }
                return found.count == 1 && "\($0)".contains("A run keeps its architecture")
            }
            #expect(try fixture.files() == before)
        }
        let finished = try recipe(["model: {imageSize: 16}", "batch: 8"])
        try run(finished, "staged")
        #expect {
            try fixture.resume(["stages.0.model.imageSize=32", "stages.1.length=5 steps"], in: "staged")
        } throws: {
            "\($0)".contains("stages.0 (s0) is finished") && "\($0)".contains("model.imageSize")
        }
    }
}
