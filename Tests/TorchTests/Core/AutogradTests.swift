import Testing
import Torch

@Suite struct AutogradTests {
    @Test func severalOutputsWithGivenGradients() throws {
        let x = try Tensor([1, 2, 3] as [Float])
        try x.setRequiresGradient(true)
        let square = try x.squared()
        let triple = try x * 3
        try backward([
            (square, Tensor([1, 0, 2] as [Float])), (triple, Tensor([1, 10, 0] as [Float])),
        ])
        #expect(try #require(x.gradient).scalars() == [5, 30, 12] as [Float])
    }

    @Test func gradientsAccumulateUntilDropped() throws {
        let x = try Tensor([2] as [Float])
        try x.setRequiresGradient(true)
        for _ in 0..<2 { try backward([(x.squared(), Tensor.ones([1]))]) }
        #expect(try #require(x.gradient).item() == 8)
        try x.setGradient(nil)
        #expect(x.gradient == nil)
    }

    @Test func graphCanBeKept() throws {
        let x = try Tensor([2] as [Float])
        try x.setRequiresGradient(true)
        let y = try x.squared()
        try backward([(y, Tensor.ones([1]))], keepGraph: true)
        try backward([(y, Tensor.ones([1]))])
        #expect(throws: TorchError.self) { try backward([(y, Tensor.ones([1]))]) }
        #expect(try #require(x.gradient).item() == 8)
    }

    @Test func recordingModeIsScoped() throws {
        struct Stop: Error {}
        let x = try Tensor([2] as [Float])
        try x.setRequiresGradient(true)
        #expect(isRecordingGradients)
        try withoutGradient {
            #expect(!isRecordingGradients)
            let inner = try withoutGradient { try x.squared() }
            #expect(!inner.requiresGradient)
            #expect(!isRecordingGradients)
        }
        #expect(throws: Stop.self) { try withoutGradient { throw Stop() } }
        #expect(isRecordingGradients)
        #expect(try x.squared().requiresGradient)
        #expect(try !x.detached().requiresGradient)
    }

    @Test func wrongGradientShapeIsAnError() throws {
        let x = try Tensor([2] as [Float])
        try x.setRequiresGradient(true)
        let y = try x.squared()
        let error = #expect(throws: TorchError.self) { try backward([(y, Tensor.ones([2]))]) }
        #expect(error?.operation.contains("backward") == true)
        #expect(throws: TorchError.self) { try Tensor([1] as [Int64]).setRequiresGradient(true) }
    }
}
