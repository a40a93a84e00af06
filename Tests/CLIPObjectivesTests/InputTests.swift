import CLIPObjectives
import Testing
import Torch
import TorchDistributed

@Suite struct InputTests {
    private func failure(_ change: (inout ObjectiveInput) throws -> Void) throws -> String {
        var input = try Pairs(4).input
        try change(&input)
        var objective = ContrastiveObjective()
        let error = #expect(throws: ObjectiveError.self) {
            _ = try objective.evaluate(input, collective: SingleProcess())
        }
        return error?.description ?? ""
    }

    @Test func shapesThatDoNotFitAreNamed() throws {
        #expect(
            try failure { $0.text = try $0.text.slice(0..<3) }
                == "text features have the shape [3, 6]; expected [4, 6] or [4, captions, 6], as for the images"
        )
        #expect(try failure { $0.image = try $0.image.reshaped([24]) }.contains("[b, D]"))
        #expect(try failure { $0.image = try $0.image.slice(0..<0) }.contains("image features"))
        #expect(
            try failure { $0.groups = try Tensor([Int64](0..<3)) }
                == "groups have the shape [3]; expected [4]"
        )
    }

    @Test func typesThatDoNotFitAreNamed() throws {
        #expect(
            try failure { $0.image = try $0.image.to(.bfloat16) }
                == "image features are bfloat16; expected float32 for both sides"
        )
        #expect(try failure { $0.text = try $0.text.to(.float32) }.contains("text features are float32"))
        #expect(try failure { $0.groups = try Tensor([Float](repeating: 0, count: 4)) }.contains("int64"))
    }

    @Test func aMissingTemperatureIsNamed() throws {
        #expect(
            try failure { $0.parameters = ["logit_bias": try Tensor(0)] }
                == "the objective needs the parameter \"logit_scale\", but was given only: logit_bias"
        )
        #expect(try failure { $0.parameters["logit_scale"] = try .zeros([2]) }.contains("one element"))
    }

    @Test func anUnknownMetricIsNamed() throws {
        let metrics = try Pairs(2).evaluate().metrics
        #expect(throws: ObjectiveError.unknownMetric("lost", available: metrics.names)) {
            _ = try metrics["lost"]
        }
    }
}
