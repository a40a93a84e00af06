import Testing
import Torch

/// Dropout whose draws belong to rows.
@Suite struct KeyedDropoutTests {
    /// As many keys as rows, of 64 bits each.
    private func keys(_ count: Int, seed: UInt64 = 77) throws -> Tensor {
        try Tensor(
            (0..<count).map { Int64(bitPattern: (UInt64($0) &+ seed) &* 0x9E37_79B9_7F4A_7C15) }
        )
    }

    @Test(arguments: [DType.float32, .bfloat16, .float64]) func dropout(dtype: DType) throws {
        let ones = try Tensor.ones([300, 41], dtype: dtype)
        let own = try keys(300)
        func dropped(_ share: Double, _ keys: Tensor, salt: UInt64 = 5) throws -> [Double] {
            try ones.droppedOut(share: share, keys: keys, salt: salt).scalars(as: Double.self)
        }
        let found = try differentiate([ones]) { [try $0[0].droppedOut(share: 0.25, keys: own, salt: 5)] }
        let values = try found.outputs[0].scalars(as: Double.self)
        let kept = try Tensor([1.0 / 0.75]).to(dtype).item()
        #expect(Set(values) == [0, kept])
        let share = Double(values.filter { $0 == 0 }.count) / Double(values.count)
        #expect(abs(share - 0.25) < 0.012)
        // What is left out has no gradient; what stays has it in the same measure.
        let upstream = try normal([300, 41], seed: 99).to(dtype)
        #expect(try distance(found.gradients[0], upstream * found.outputs[0]) < 0.05)
        #expect(try dropped(0.25, own) == values)
        #expect(try dropped(0.25, keys(300, seed: 78)) != values)
        #expect(try dropped(0.25, own, salt: 6) != values)
        #expect(try dropped(0, own) == ones.scalars(as: Double.self))
        #expect(throws: TorchError.self) { try dropped(1, own) }
        #expect(throws: TorchError.self) { try dropped(0.25, keys(299)) }
        #expect(throws: TorchError.self) { try dropped(0.25, own.to(.int32)) }
        // A row draws the same wherever it stands.
        let rows = try ones.slice(100..<120).droppedOut(share: 0.25, keys: own.slice(100..<120), salt: 5)
        #expect(try rows.scalars(as: Double.self) == Array(values[100 * 41..<120 * 41]))
        #expect(values[0..<41] != values[41..<82])
    }

    /// Which elements stay is the same in every type: float64 takes libtorch's operators.
    @Test func dropoutDrawsTheSameForEachType() throws {
        let stays = try [DType.float32, .bfloat16, .float64].map {
            try Tensor.ones([7, 143], dtype: $0).droppedOut(
                share: 0.4,
                keys: keys(7),
                salt: 0xFEDC_BA98_7654_3210
            ).scalars(as: Double.self).map { $0 > 0 }
        }
        #expect(stays[0] == stays[2])
        #expect(stays[1] == stays[2])
    }
}
