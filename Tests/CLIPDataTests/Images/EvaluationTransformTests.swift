import Foundation
import Testing

@testable import CLIPData

@Suite struct EvaluationTransformTests {
    @Test func expectationsAreThere() {
        #expect(ImageFixtures.expected.evaluations.count >= 36)
    }

    @Test(arguments: ImageFixtures.expected.evaluations)
    func equalsOpenClips(_ expected: ImageFixtures.Evaluation) throws {
        let mode = try #require(EvaluationTransform.ResizeMode(rawValue: expected.mode))
        let transform = EvaluationTransform(height: expected.height, width: expected.width, resizeMode: mode)
        let bytes = try ImageFixtures.bytes(expected.file)
        let row = try planes(height: expected.height, width: expected.width) { output in
            try bytes.withUnsafeBytes {
                try transform.apply(to: $0, workspace: ImageWorkspace(), into: output)
            }
        }
        #expect(ImageFixtures.hash(row) == expected.pixels)
    }

    @Test func theFreeBorderTakesTheFill() throws {
        let bytes = try ImageFixtures.bytes("tall.jpg")
        let transform = EvaluationTransform(height: 26, width: 26, resizeMode: .longest, fill: 77)
        let row = try planes(height: 26, width: 26) { output in
            try bytes.withUnsafeBytes {
                try transform.apply(to: $0, workspace: ImageWorkspace(), into: output)
            }
        }
        #expect(row[0] == 77 && row[25] == 77)
        #expect(row.filter { $0 == 77 }.count >= 3 * 26 * 22)
    }

    @Test(arguments: [(3000, EvaluationTransform.ResizeMode.longest), (900_000, .squash)])
    func needlesAreErrors(width: Int, mode: EvaluationTransform.ResizeMode) throws {
        let needle = RGBImage(width: width, height: 1, pixels: Array(repeating: 1, count: 3 * width))
        let bytes = try ImageEncoder.png().encode(needle)
        let transform = EvaluationTransform(height: 8, width: 8, resizeMode: mode)
        let error = #expect(throws: ImageDecodeError.self) {
            _ = try planes(height: 8, width: 8) { output in
                try bytes.withUnsafeBytes {
                    try transform.apply(to: $0, workspace: ImageWorkspace(), into: output)
                }
            }
        }
        #expect(error?.kind == "extreme shape")
    }

    @Test func centresRoundHalvesToEven() {
        #expect(EvaluationTransform.fit(9, into: 8).source == 0)
        #expect(EvaluationTransform.fit(11, into: 8).source == 2)
        #expect(EvaluationTransform.fit(5, into: 8).destination == 1)
    }
}
