import Testing

@testable import CLIPTraining

@Suite struct SavingTimeTests {
    @Test func muchSavingIsSaidOnce() throws {
        var saving = SavingTime()
        for _ in 0..<4 { saving.add(1.5) }
        #expect(saving.seconds == 6 && saving.share(besides: 4) == 0.6)
        let warning = saving.warning(besides: 4)
        let text = try #require(warning)
        #expect(text.hasPrefix("warning: 60 % of the time so far went into 4 checkpoints, 1.5 s each"))
        #expect(text.contains("checkpoint.every"))
        let again = saving.warning(besides: 4)
        #expect(again == nil)
    }

    @Test func littleSavingIsNotSaid() {
        var few = SavingTime()
        for _ in 0..<2 { few.add(100) }
        let atTheEnd = few.warning(besides: 1)
        #expect(atTheEnd == nil, "a run that saves at its end only")
        var short = SavingTime()
        for _ in 0..<10 { short.add(0.1) }
        let second = short.warning(besides: 0.1)
        #expect(second == nil, "a second is nobody's trouble")
        var small = SavingTime()
        for _ in 0..<10 { small.add(1) }
        let (below, above) = (small.warning(besides: 91), small.warning(besides: 89))
        #expect(below == nil && above != nil)
        #expect(SavingTime().share(besides: 0) == 0)
    }
}
