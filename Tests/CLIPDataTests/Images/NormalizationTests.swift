import CLIPData
import Testing

@Suite struct NormalizationTests {
    @Test func presetsHoldThePublishedNumbers() {
        #expect(Normalization.openAI.mean == [0.48145466, 0.4578275, 0.40821073])
        #expect(Normalization.openAI.std == [0.26862954, 0.26130258, 0.27577711])
        #expect(Normalization.imageNet.mean == [0.485, 0.456, 0.406])
        #expect(Normalization.imageNet.std == [0.229, 0.224, 0.225])
        #expect(Normalization.half.mean == Normalization.half.std)
        #expect(Normalization.identity.std == [1, 1, 1])
    }
}
