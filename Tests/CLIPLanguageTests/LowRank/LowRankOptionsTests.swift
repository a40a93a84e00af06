import CLIPLanguage
import Testing

@Suite struct LowRankOptionsTests {
    @Test func theScaleIsAlphaOverRank() { #expect(LowRankAdapter.Options().scale == 2) }
}
