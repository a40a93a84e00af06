import Testing

@Suite struct TokenizeTests {
    @Test func idsAndPieces() throws {
        let outcome = try Tool.run(["tokenize", "--json", "a photo of a cat"], in: Folder())
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.json["ids"] as? [Int] == [320, 1125, 539, 320, 2368])
        #expect(outcome.json["pieces"] as? [String] == ["a</w>", "photo</w>", "of</w>", "a</w>", "cat</w>"])
        #expect(outcome.output.filter(\.isNewline).count == 1)
    }

    @Test func aContextAddsStartAndEndAndCuts() throws {
        let outcome = try Tool.run(
            ["tokenize", "--json", "--context", "4", "a photo of a cat"],
            in: Folder()
        )
        #expect(outcome.json["ids"] as? [Int] == [49406, 320, 1125, 49407])
    }

    @Test func aDashReadsStandardInput() throws {
        let outcome = try Tool.run(["tokenize", "--json", "-"], input: "a photo of a cat\n", in: Folder())
        #expect(outcome.json["ids"] as? [Int] == [320, 1125, 539, 320, 2368], "\(outcome.errors)")
    }

    @Test func textHasALineForEachToken() throws {
        let outcome = try Tool.run(["tokenize", "two", "dogs"], in: Folder())
        #expect(outcome.output.split(separator: "\n").map { $0.split(separator: " ").count } == [2, 2])
    }
}
