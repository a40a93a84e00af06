import Foundation
import Testing

@testable import CLIPTraining

/// Which keys of a finished stage may differ.
@Suite struct ExemptKeyTests {
    private static let exempt = Recipe.incidentalKeys + Recipe.placeKeys

    /// Every key is either exempt or decides what is trained: a new one has to be put here, or among those that are exempt.
    @Test func everyKeyIsJudged() {
        func isExempt(_ path: String) -> Bool {
            Self.exempt.map { $0.replacing("*", with: "N") }.contains {
                path == $0 || path.hasPrefix($0 + ".")
            }
        }
        let sections = [
            "model", "data.captions", "tokens", "augmentation", "preprocess", "objective", "temperature",
            "train", "optimizer", "schedule", "storage", "ema",
        ]
        let keys = Recipe.reference.filter { !$0.isSection && !$0.path.hasPrefix("stages.") }.map(\.path)
        let deciding = keys.filter { path in
            !isExempt(path) && !sections.contains { path.hasPrefix($0 + ".") }
        }
        #expect(
            deciding == [
                "seed", "data.imageFields", "data.alpha", "data.orientation", "data.gray16", "data.decode",
                "data.maximumPixels", "data.shuffle", "data.window", "batch", "length", "precision",
            ]
        )
        let inSections = keys.filter { path in
            isExempt(path) && sections.contains { path.hasPrefix($0 + ".") }
        }
        #expect(
            inSections == [
                "model.initialize", "model.language", "data.captions.sources.N.file",
                "data.captions.sources.N.table",
                "data.captions.features",
                "tokens.text.inEvaluation", "tokens.text.tagger", "objective.workspace",
                "temperature.fromPreset.initial", "temperature.fromPreset.rho",
            ]
        )
        // What is exempt is a key.
        for key in Self.exempt.map({ $0.replacing("*", with: "N") }) {
            #expect(Recipe.reference.contains { $0.path == key }, "\(key)")
        }
    }

    @Test func sideFilesMayMoveAndNotChange() throws {
        func recipe(_ source: String) throws -> Recipe {
            try Recipe(
                yaml:
                    "{model: {config: ViT-B-32}, data: {train: a.tar, captions: {sources: {long: \(source), alt: txt}}}, "
                    + "batch: 8, length: 1 epoch}"
            )
        }
        let first = try recipe("{file: a.csv}")
        let moved = try recipe("{file: elsewhere/a.csv, table: /tmp/a.table}")
        #expect(moved.trainingNodeWithoutPlaces == first.trainingNodeWithoutPlaces)
        #expect(
            try recipe("{file: a.csv, column: text}").trainingNodeWithoutPlaces
                != first.trainingNodeWithoutPlaces
        )
        #expect(try recipe("json").trainingNodeWithoutPlaces != first.trainingNodeWithoutPlaces)
        // What the present stage reads is asked for by name, wherever its table lies.
        #expect(RunChange.between(first, moved).map(\.key) == ["data.captions"])
        #expect(try RunChange.between(first, recipe("{file: a.csv, table: /tmp/a.table}")).isEmpty)
    }

    @Test func documentationNamesThemAll() throws {
        let text = try String(contentsOf: Repository.root.appending(path: "docs/recipes.md"), encoding: .utf8)
        let start = try #require(text.range(of: "| may differ in a finished stage | why |"))
        let table = text[start.upperBound...].components(separatedBy: "\n\n")[0]
        let cells = table.split(separator: "\n").dropFirst().map { $0.split(separator: "|")[0] }
        let named = cells.flatMap { $0.split(separator: "`").map(String.init) }.filter { $0.contains(/\w/) }
        #expect(named.sorted() == Self.exempt.sorted())
    }
}
