import Testing

@testable import CLIPTraining

@Suite struct RateMultipliersTests {
    private static let names = [
        "visual.conv1.weight", "visual.proj", "token_embedding.weight", "text_projection",
    ]

    @Test(arguments: [
        ("visual.proj", "visual.proj", true), ("visual.proj", "visual.pro", false),
        ("visual.*", "visual.proj", true),
        ("visual.*", "visual.a.b", true), ("visual.*", "xvisual.a", false), ("*", "", true), ("?", "", false),
        ("?isual.*roj", "visual.proj", true), ("*.weight", "a.weight.bias", false), ("**a*", "ba", true),
        ("*ab", "aab", true), ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("", "", true),
        ("", "a", false),
        ("*.*.*", "a.b", false), ("resblocks.?.mlp*", "resblocks.10.mlp", false),
    ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }

    @Test func patternsOfStarsEndSoon() {
        let pattern = String(repeating: "*a", count: 40) + "b"
        #expect(!NamePattern(pattern).matches(String(repeating: "a", count: 2000)))
    }

    @Test func firstMatchCounts() throws {
        let rates: RateMultipliers = ["visual.proj": 0.5, "visual.*": 0.1, "*.weight": 2]
        let factors = try rates.factors(for: Self.names, at: "optimizer.rates")
        #expect(factors == ["visual.conv1.weight": 0.1, "visual.proj": 0.5, "token_embedding.weight": 2])
    }

    @Test(
        arguments: [
            (
                ["visul.proj": 1.0],
                "`optimizer.rates.visul.proj`: no trained parameter has such a name; near it are `visual.proj`"
            ),
            (
                ["*": 1.0, "visual.*": 2.0],
                "`optimizer.rates.visual.*`: patterns before it take every parameter"
            ),
            (["logit_scale": 2.0], "the temperature's rate is `temperature.learningRate`"),
        ] as [(KeyValuePairs<String, Double>, String)]
    )
    func patternsWithoutEffectAreErrors(entries: KeyValuePairs<String, Double>, expected: String) {
        let rates = RateMultipliers(entries.map { .init(pattern: $0.key, factor: $0.value) })
        let error = #expect(throws: RecipeError.self) {
            try rates.factors(for: Self.names, at: "optimizer.rates")
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
}
