import CLIPModels
import Testing

@testable import CLIPTraining

/// `model.text`, `model.embedDim` and `model.transfer.head` as somebody writes them.
@Suite struct TextSideRecipeTests {
    private static let side = "model.text={kind: cached, width: 576}"

    @Test func theTextSideTakesThePlaceOfTheConfigurations() throws {
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: [Self.side, "model.embedDim=1280"])
        #expect(recipe.model.text?.blocks == 4 && recipe.model.text?.expansion == 2)
        let model = try recipe.model.applied(to: ModelCatalog.configuration("ViT-B-32"))
        #expect(model.text.isEqual(to: AdapterTextConfiguration(width: 576)))
        #expect(model.embeddingWidth == 1280)
        let whole = try ModelCatalog.configuration("ViT-B-32")
        #expect(model.vision.isEqual(to: whole.vision))
        let blocks = 5_319_936 + 2 * 576 + 576 * 1280 + 1280
        #expect(ModelSummary(model).text.parameters == blocks)
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        try recipe.validateBuiltInModels()
        #expect(recipe.warnings.isEmpty)
    }

    @Test(arguments: [
        (["model.text={kind: bert, width: 5}"], "found the text 'bert', expected `cached`"),
        (["model.text={kind: cached}"], "`model.text.width` is missing"),
        (["model.text={width: 0}"], "`model.text.width` is 0; it must be between 1 and 65536"),
        (["model.text={width: 5, blocks: 0}"], "`model.text.blocks` is 0"),
        (["model.text={width: 5, layers: 3}"], "did you mean `model.text.blocks`?"),
        ([side, "model.embedDim=0"], "`model.embedDim` is 0"),
        (
            [side, "model.contextLength=32"],
            "`model.contextLength`: the text side takes vectors"
        ),
        (["model.transfer.head=new"], "found the text 'new', expected `refuse` or `fresh`"),
        (
            ["optimizer.layerDecay=0"],
            "is 0.0; it must be greater than 0 and at most 1"
        ),
        (["optimizer.layerDecay=1.01"], "`optimizer.layerDecay` is 1.01"),
    ])
    func whatCannotBeIsNamed(_ overrides: [String], expected: String) {
        let problems = RecipeSamples.problems(RecipeSamples.minimal, overrides: overrides)
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    @Test func textsHaveNoTokensToLeaveOut() throws {
        let recipe = try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: [Self.side, "tokens.text.budget=16"]
        )
        let error = #expect(throws: RecipeError.self) { try recipe.validateBuiltInModels() }
        #expect(error?.problems.map(\.path) == ["tokens.text.budget"])
    }

    /// A text side belongs to the configuration that it was written for, as sizes do.
    @Test func anotherConfigurationHasItsOwnTextSide() throws {
        let recipe = try Recipe(
            yaml: """
                model: {config: ViT-B-32}
                data: {train: a.tar}
                batch: 8
                stages:
                  - {name: a, length: 1 epochs, model: {text: {kind: cached, width: 576}, embedDim: 1280}}
                  - {name: b, length: 1 epochs, model: {config: ViT-B-16, transfer: {positions: interpolate}}}
                """
        )
        #expect(recipe.stages.map(\.recipe.model.embedDim) == [1280, nil])
        #expect(recipe.stages.map { $0.recipe.model.text?.width } == [576, nil])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func aFreshHeadNeedsWeights() throws {
        let fresh = [Self.side, "model.transfer.head=fresh"]
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: fresh)
        #expect(recipe.warnings.map(\.path) == ["model.transfer.head"])
        let started = try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: fresh + ["model.initialize=weights"]
        )
        #expect(started.warnings.isEmpty)
    }
}
