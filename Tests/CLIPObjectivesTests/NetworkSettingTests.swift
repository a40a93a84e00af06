import CLIPObjectives
import Testing

@Suite struct NetworkSettingTests {
    private func failure(_ change: (inout NetworkNormalizerOptions) -> Void) throws -> String {
        var options = NetworkNormalizerOptions()
        change(&options)
        let error = #expect(throws: ObjectiveError.self) { _ = try NetworkNormalizer(options) }
        guard case .setting = error else { return "" }
        return error?.description ?? ""
    }

    @Test func settingsOutOfRangeAreNamed() throws {
        #expect(try failure { $0.prototypes = 0 } == "the number of prototypes is 0.0; it must be 1 or more")
        #expect(try failure { $0.steps = -1 } == "the number of inner steps is -1.0; it must be 0 or more")
        #expect(try failure { $0.restart = 0 }.contains("batches between restarts"))
        #expect(try failure { $0.learningRate = -0.1 }.contains("learning rate"))
        #expect(try failure { $0.learningRate = .nan }.contains("learning rate"))
        #expect(try failure { $0.accumulatorEpsilon = 0 }.contains("epsilon"))
        #expect(try failure { $0.logRatioLimit = 0 }.contains("log ratio"))
    }

    @Test func theEndsOfTheRangesAreAllowed() throws {
        _ = try NetworkNormalizer(
            NetworkNormalizerOptions(prototypes: 1, steps: 0, restart: 1, learningRate: 0)
        )
        _ = try NetworkNormalizer(NetworkNormalizerOptions(restart: nil))
    }
}
