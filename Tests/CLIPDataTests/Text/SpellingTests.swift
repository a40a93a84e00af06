import Testing

@testable import CLIPData

@Suite struct SpellingTests {
    @Test(
        arguments: [
            ("rewirte", "rewrite"), ("learning_rate", "learningRate"), ("TXT", "txt"), ("captoin", "caption"),
            ("tx", "txt"), ("x", nil), ("chatgpt", nil), ("", nil),
        ] as [(String, String?)]
    )
    func findsWhatIsNear(word: String, expected: String?) {
        let candidates = ["rewrite", "learningRate", "txt", "caption", "y"]
        #expect(Spelling.nearest(to: word, among: candidates) == expected)
    }

    @Test func theFirstOfSeveralIsTaken() {
        #expect(Spelling.nearest(to: "cat", among: ["dog", "bat", "hat", "ct"]) == "bat")
        #expect(Spelling.nearest(to: "cat", among: ["bat", "CAT"]) == "CAT")
    }

    @Test func swappedNeighboursAreOneEdit() {
        #expect(Spelling.distance(Array("ab"), Array("ba")) == 1)
        #expect(Spelling.distance(Array("kitten"), Array("sitting")) == 3)
        #expect(Spelling.distance([], Array("abc")) == 3)
    }

    @Test func longNamesAreNotCompared() {
        let long = String(repeating: "a", count: 129)
        #expect(Spelling.nearest(to: long, among: [long]) == nil)
        #expect(Spelling.nearest(to: "a", among: [long, "b", "A"]) == "A")
    }
}
