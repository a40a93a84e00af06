import Testing

@testable import CLIPTraining

@Suite struct LocatedRecipeTests {
    private func located(_ yaml: String, in folder: String = "/home/me") throws -> Recipe {
        try Recipe(yaml: "batch: 4\nlength: 1 steps\n" + yaml).located(in: folder)
    }

    @Test func evaluationsOfOnePathKeepTheirNames() throws {
        let recipe = try located(
            """
            model: {config: a.json}
            data: {train: a.tar}
            evaluate:
              - {kind: retrieval, data: d/e.tar, captions: [txt]}
              - {kind: retrieval, data: d/e.tar, captions: [keywords.txt]}
            """
        )
        #expect(recipe.evaluate.map(\.name) == ["d/e.tar", "d/e.tar#2"])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func everyRelativePathBecomesAbsolute() throws {
        let recipe = try located(
            """
            model: {config: models/a.json, initialize: runs/one}
            data:
              train: ['shards/{0..9}.tar', {source: 'a.tar::/b.tar', weight: 2}, '{a,b}/x.tar']
              captions: {sources: {long: {file: long.csv, table: tables/long}, short: txt}}
              cache: {directory: cache}
              remote: {certificates: own.pem}
            evaluate: [{kind: zeroshot, data: sets/pets}, {kind: normalizer}]
            """
        )
        #expect(recipe.model.config == "/home/me/models/a.json")
        #expect(recipe.model.initialize == "/home/me/runs/one")
        #expect(
            recipe.data.train.patterns == [
                "/home/me/shards/{0..9}.tar", "/home/me/a.tar::/b.tar", "/home/me/{a,b}/x.tar",
            ]
        )
        #expect(recipe.data.train.entries.map(\.weight) == [nil, 2, nil])
        guard case .file(let file)? = recipe.data.captions.sources?.entries[0].origin else {
            Issue.record("no side file")
            return
        }
        #expect(file.file.texts == ["/home/me/long.csv"] && file.table == "/home/me/tables/long")
        #expect(recipe.data.captions.sources?.entries[1].origin == .field("txt"))
        #expect(recipe.data.cache.directory == "/home/me/cache")
        #expect(recipe.data.remote.certificates == "/home/me/own.pem")
        #expect(recipe.evaluate.map(\.data) == ["/home/me/sets/pets", ""] && recipe.evaluate[0].name == nil)
        #expect(recipe.located(in: "/elsewhere") == recipe)
    }

    @Test func namesAddressesAndCommandsStay() throws {
        let recipe = try located(
            """
            model: {config: ViT-B-32}
            data: {train: ['https://host/a.tar', 'pipe:cat a.tar', '/abs/a.tar', '{/a,/b}/x.tar']}
            """
        )
        #expect(recipe.model.config == "ViT-B-32" && recipe.model.initialize == nil)
        #expect(
            recipe.data.train.patterns == [
                "https://host/a.tar", "pipe:cat a.tar", "/abs/a.tar", "{/a,/b}/x.tar",
            ]
        )
    }

    @Test func metricsKeepTheNamesThatWereWritten() throws {
        let recipe = try located(
            """
            model: {config: ViT-B-32}
            data: {train: a.tar}
            evaluate:
              - {kind: retrieval, data: one.tar}
              - {kind: retrieval, data: two.tar, name: second}
              - {kind: zeroshot, data: pets}
            """
        )
        #expect(recipe.evaluate.map(\.name) == ["one.tar", "second", nil])
        #expect(recipe.evaluate.map(\.data) == ["/home/me/one.tar", "/home/me/two.tar", "/home/me/pets"])
    }

    /// A folder whose name would be read as a pattern.
    @Test func patternsStayInAFolderThatLooksLikeOne() throws {
        let recipe = try located("model: {config: a.json}\ndata: {train: a.tar}", in: "/home/{me}")
        #expect(recipe.data.train == ["a.tar"] && recipe.model.config == "/home/{me}/a.json")
    }

    @Test func stagesAreLocatedToo() throws {
        let yaml = """
            model: {config: a.json}
            data: {train: a.tar}
            batch: 4
            stages: [{name: a, length: 1 steps}, {name: b, length: 1 steps, data: {train: b.tar}}]
            """
        let recipe = try Recipe(yaml: yaml).located(in: "/me")
        #expect(recipe.stages.map(\.recipe.data.train.patterns) == [["/me/a.tar"], ["/me/b.tar"]])
        #expect(recipe.stages.map(\.recipe.model.config) == ["/me/a.json", "/me/a.json"])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }
}
