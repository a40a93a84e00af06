import CLIPObjectives
import Foundation
import SimulatedRanks
import Testing
import Torch
import TorchDistributed

/// LLM2CLIP's loss of its first stage against libtorch, and against the numbers of its formula.
@Suite struct CaptionContrastiveTests {
    /// Queries and documents; with hard negatives `[n, 2, 6]`.
    private func pairs(_ count: Int = 8, negatives: Bool = false, groups: [[Int64]]? = nil) throws -> Pairs {
        var pairs = try Pairs(count, seed: 3)
        if negatives { pairs.text = try normal([count, 2, 6], seed: 9).normalized() }
        pairs.groups = try groups.map { try Tensor($0.flatMap { $0 }, shape: [count, $0[0].count]) }
        return pairs
    }

    /// `-1/N Σ_i ln P_ii` as a graph, with every candidate looked at alone.
    private func autograd(_ pairs: Pairs, temperature: Double, groups: [[Int64]]? = nil) throws
        -> (loss: Tensor, image: Tensor, text: Tensor)
    {
        let count = pairs.image.size(0)
        let leaves = try [pairs.image, pairs.text].map { try $0.cloned() }
        for leaf in leaves { try leaf.setRequiresGradient(true) }
        let kinds = pairs.text.rank == 3 ? pairs.text.size(1) : 1
        var terms: [Tensor] = []
        for anchor in 0..<count {
            let query = try leaves[0].select(anchor)
            func logit(_ kind: Int, _ row: Int) throws -> Tensor {
                let document =
                    pairs.text.rank == 3
                    ? try leaves[1].select(kind, dim: 1).select(row) : try leaves[1].select(row)
                return try (query * document).sum() * (1 / temperature)
            }
            var candidates: [Tensor] = []
            for kind in 0..<kinds {
                for row in 0..<count {
                    let isOwn = kind == 0 && row == anchor
                    if let groups, !isOwn, groups[anchor][..<2].contains(groups[row][kind + 1]) { continue }
                    candidates.append(try logit(kind, row))
                }
            }
            terms.append(try Tensor.stack(candidates).logSumExp(dims: [0]) - logit(0, anchor))
        }
        let loss = try Tensor.stack(terms).mean()
        try backward([(output: loss, gradient: Tensor.ones([], dtype: .float64))])
        return (
            try loss.detached(), try #require(leaves[0].gradient), try #require(leaves[1].gradient)
        )
    }

    private func check(
        _ pairs: Pairs,
        temperature: Double = 0.3,
        workspace: Int = 1 << 20,
        ranks: Int = 1,
        groups: [[Int64]]? = nil
    ) throws {
        let expected = try autograd(pairs, temperature: temperature, groups: groups)
        let objective = CaptionContrastiveObjective(temperature: temperature, workspace: workspace)
        let output = try train([pairs], ranks: ranks, make: { objective }, finish: { _ in }).outputs[0]
        try expectClose(output.loss, expected.loss)
        try expectClose(output.image, expected.image)
        try expectClose(output.text, expected.text)
        #expect(output.parameters.isEmpty)
        #expect(try abs(output.metrics["scale"].item() - 1 / temperature) < 1e-12)
    }

    @Test(arguments: [1, 2, 3, 8, 17], [false, true])
    func matchesAutograd(count: Int, negatives: Bool) throws {
        try check(pairs(count, negatives: negatives))
        try check(pairs(count, negatives: negatives), temperature: 0.02)
    }

    private static let keys: [[Int64]] = [
        [0, 1, 20], [2, 3, 21], [4, 1, 22], [3, 5, 23], [6, 7, 1], [8, 9, 24], [10, 8, 25], [11, 12, 12],
    ]

    /// The third text is another's positive, the positive of one is another's query, and a negative is a positive.
    @Test(arguments: [1, 2, 4], [1, 700, 1 << 20])
    func ranksAndChunks(ranks: Int, workspace: Int) throws {
        try check(pairs(), workspace: workspace, ranks: ranks)
        try check(pairs(negatives: true), workspace: workspace, ranks: ranks)
        let two = Self.keys.map { Array($0[..<2]) }
        try check(pairs(groups: two), workspace: workspace, ranks: ranks, groups: two)
        try check(
            pairs(negatives: true, groups: Self.keys),
            workspace: workspace,
            ranks: ranks,
            groups: Self.keys
        )
    }

    @Test func equalTextsAreNoNegatives() throws {
        let keys = Self.keys.map { Array($0[..<2]) }
        let plain = try evaluate(pairs()), masked = try evaluate(pairs(groups: keys))
        #expect(try masked.loss.item() < plain.loss.item())
    }

    private func evaluate(_ pairs: Pairs, temperature: Double = 0.02) throws -> ObjectiveOutput {
        var objective = CaptionContrastiveObjective(temperature: temperature)
        return try objective.evaluate(pairs.input, collective: SingleProcess())
    }

    /// ln N without negatives, ln 2N with; N = 8 with them is 2.7725887.
    @Test func equalEmbeddings() throws {
        var pairs = try pairs()
        let row = try normal([1, 6], seed: 4).normalized()
        (pairs.image, pairs.text) = (try row.expanded([8, 6]), try row.expanded([8, 6]))
        #expect(try abs(evaluate(pairs).loss.item() - log(8)) < 1e-12)
        pairs.text = try row.unsqueezed(0).expanded([8, 2, 6])
        #expect(try abs(evaluate(pairs).loss.item() - 2.7725887) < 5e-8)
        #expect(try evaluate(pairs).metrics["accuracy_image_to_text"].item() == 0)
    }

    /// `ln(1 + (2N - 1) e^-50)`, which is 0 in float32.
    @Test func orthonormalEmbeddings() throws {
        var identity = [Double](repeating: 0, count: 64)
        for place in 0..<8 { identity[place * 9] = 1 }
        func rows(_ first: Int, _ dtype: DType) throws -> Tensor {
            try Tensor(identity, shape: [8, 8]).slice(first..<first + 4).to(dtype)
        }
        for dtype in [DType.float64, .float32] {
            var pairs = try pairs(4)
            pairs.image = try rows(0, dtype)
            pairs.text = try .stack([rows(0, dtype), rows(4, dtype)], dim: 1)
            let output = try evaluate(pairs)
            let expected = log1p(7 * exp(-50.0))
            #expect(try abs(output.loss.item() - (dtype == .float32 ? 0 : expected)) < 1e-15)
            #expect(try output.metrics["accuracy_image_to_text"].item() == 1)
            #expect(try output.metrics["positive_similarity"].item() == 1)
        }
    }

    @Test func theOrderOfPairsDoesNotMatter() throws {
        let pairs = try pairs(negatives: true)
        let order = try Tensor([3, 0, 7, 1, 6, 2, 5, 4] as [Int64])
        var moved = pairs
        moved.image = try pairs.image.indexSelect(order)
        moved.text = try pairs.text.indexSelect(order)
        let (first, second) = (try evaluate(pairs), try evaluate(moved))
        try expectClose(second.loss, first.loss, tolerance: 1e-11)
        try expectClose(second.text, first.text.indexSelect(order), tolerance: 1e-11)
    }

    @Test func ranksThatRunAtTheSameTime() throws {
        let whole = try evaluate(pairs(groups: Self.keys.map { Array($0[..<2]) }))
        let parts = try ThreadedRanks.run(count: 2) { collective in
            let pairs = try self.pairs(groups: Self.keys.map { Array($0[..<2]) })
            var objective = CaptionContrastiveObjective()
            let output = try objective.evaluate(
                pairs.slice(rank: collective.rank, of: 2),
                collective: collective
            )
            return try [output.loss, output.image, output.text].map { try $0.scalars(as: Double.self) }
        }
        let expected = try [whole.loss, whole.image, whole.text].map { try $0.scalars(as: Double.self) }
        for part in parts { #expect(distance(part[0], expected[0]) < 1e-12) }
        for kind in 1...2 { #expect(distance(parts[0][kind] + parts[1][kind], expected[kind]) < 1e-12) }
    }

    @Test func badInput() throws {
        let pairs = try pairs()
        #expect(throws: ObjectiveError.setting("the temperature", found: 0, expected: "a number above 0")) {
            try evaluate(pairs, temperature: 0)
        }
        var single = pairs
        single.groups = try Tensor([Int64](repeating: 0, count: 8))
        #expect(throws: ObjectiveError.shape("groups", found: [8], expected: "[8, 2]")) {
            try evaluate(single)
        }
    }
}
