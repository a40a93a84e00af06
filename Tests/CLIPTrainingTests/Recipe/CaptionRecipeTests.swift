import CLIPData
import Testing

@testable import CLIPTraining

@Suite struct CaptionRecipeTests {
    private func recipe(_ captions: String) throws -> Recipe {
        try Recipe(
            yaml: """
                model: {config: ViT-B-32}
                batch: 256
                length: 1 epoch
                data:
                  train: a.tar
                  captions:
                \(captions.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
                """
        )
    }

    private static let veclip = """
        sources:
          alt: txt
          enriched: {file: [a.jsonl, b.jsonl], join: url, column: caption}
          rewrites:
            file: r/*.csv
            column: [bard, coco]
            multi: true
            table: t.captions
        rule: mix(alt=0.5, enriched=0.25, rewrites=0.25)
        degenerate: {minimumWords: 2}
        """

    @Test func readsSources() throws {
        let recipe = try recipe(Self.veclip)
        let captions = recipe.data.captions
        #expect(captions.sourceNames == ["alt", "enriched", "rewrites"] && captions.sampleFields == ["txt"])
        #expect(captions.rule == .mix([.init("alt", 0.5), .init("enriched", 0.25), .init("rewrites", 0.25)]))
        #expect(captions.degenerate.minimumWords == 2 && captions.degenerate.maximumWords == nil)
        guard case .file(let enriched) = captions.sources?.entries[1].origin,
            case .file(let rewrites) = captions.sources?.entries[2].origin
        else {
            Issue.record("no side files")
            return
        }
        #expect(enriched.settings.join == .url && enriched.settings.paths == ["a.jsonl", "b.jsonl"])
        #expect(enriched.settings.columns == ["caption"] && !enriched.multi)
        #expect(rewrites.settings.columns == ["bard", "coco"] && rewrites.settings.isMulti)
        #expect(rewrites.settings.join == .key && rewrites.settings.table == "t.captions")
        #expect(recipe.warnings.isEmpty)
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func fieldsAreTheShortForm() throws {
        let old = try recipe("fields: [txt, title.txt]\nrule: weighted\nweights: [1, 3]")
        let policy = try old.captionPolicy()
        #expect(policy.sources.map(\.name) == ["txt", "title.txt"])
        #expect(policy.weights == [1, 3] && policy.rule == .weighted)
        let mix = try recipe("fields: [txt, 'json:a']\nrule: mix(json:a=0.25, txt=0.75)")
        #expect(try mix.captionPolicy().weights == [0.75, 0.25])
        #expect(try Recipe(yaml: mix.resolved) == mix)
        let sources = try recipe("sources: {alt: txt}")
        #expect(try sources.captionPolicy().sources.map(\.name) == ["alt"])
        let plain = try Recipe(yaml: RecipeSamples.minimal)
        #expect(try plain.captionPolicy().fields.map(\.description) == ["txt"])
        #expect(plain.data.captions.sampleFields == ["txt"])
    }

    @Test func readsMixes() {
        let expected = CaptionRule.mix([.init("a", 0.5), .init("b", 0.5)])
        for text in ["mix(a=0.5, b=0.5)", "mix(a: 0.5, b: .5)", " mix( a = 5e-1,b:0.5 ) "] {
            #expect(CaptionRule(recipeText: text) == expected)
        }
        #expect(CaptionRule(recipeText: expected.recipeText) == expected)
        for text in [
            "mix", "mix()", "mix(a)", "mix(a=)", "mix(=1)", "mix(a=1,)", "mix(a=x)", "mix(a=nan)",
            "mixed(a=1)",
        ] {
            #expect(CaptionRule(recipeText: text) == nil)
        }
    }

    @Test(arguments: [
        ("fields: [txt]\nsources: {a: title}", "data.captions.fields", "`sources` are given too"),
        ("sources: {}", "data.captions.sources", "one source or more"),
        ("sources: [txt]", "data.captions.sources", "expected a mapping of names"),
        ("sources: {a: }", "data.captions.sources.a", "expected a field"),
        ("sources: {a: {join: key}}", "data.captions.sources.a.file", "is missing"),
        ("sources: {a: {file: x, colum: y}}", "data.captions.sources.a.colum", "did you mean"),
        ("sources: {a: {file: x, join: row}}", "data.captions.sources.a.join", "`key` or `url`"),
        ("sources: {a.b: txt}", "data.captions.sources.a.b", "named with letters"),
        ("sources: {a: txt, b: txt}", "data.captions.sources.b", "another field"),
        (
            "sources: {a: txt, b: title}\nrule: mix(a=1)", "data.captions.rule",
            "each of the sources once: `a`, `b`"
        ),
        ("sources: {a: txt, b: title}\nrule: mix(a=0.5, b=0.6)", "data.captions.rule", "add up to 1"),
        ("sources: {a: txt, b: title}\nrule: mix(a=-0.5, b=1.5)", "data.captions.rule", "0 or more"),
        ("rule: unifrom", "data.captions.rule", "did you mean `uniform`?"),
        (
            "sources: {a: txt}\nrule: weighted\nweights: [1, 2]", "data.captions.weights",
            "2 weights for 1 sources"
        ),
        (
            "degenerate: {minimumWords: 3, maximumWords: 2}", "data.captions.degenerate.maximumWords",
            "no text would be left"
        ),
    ])
    func saysWhatIsWrong(lines: String, path: String, message: String) throws {
        do {
            _ = try recipe(lines)
            Issue.record("no problem found")
        } catch let error as RecipeError {
            #expect(error.problems.map(\.path) == [path], "\(error)")
            #expect(error.description.contains(message), "\(error)")
        }
    }
}
