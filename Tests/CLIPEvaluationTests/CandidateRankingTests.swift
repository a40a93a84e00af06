import Testing
import Torch

@testable import CLIPEvaluation

@Suite struct CandidateRankingTests {
    private func random(_ count: Int, _ width: Int, seed: UInt64) throws -> Tensor {
        let tensor = try Tensor.empty([count, width])
        try RandomGenerator(seed: seed).fillNormal(tensor)
        return try tensor.normalized()
    }

    @Test(arguments: [1, 7, 64, 1000, 1 << 20])
    func ranksAreThoseOfASortWhateverTheBlock(block: Int) throws {
        let (queries, candidates) = try (random(23, 8, seed: 1), random(37, 8, seed: 2))
        let targets = (0..<23).map { $0 * 11 % 37 }
        let ranks = try CandidateRanking(blockSize: block).ranks(
            of: targets,
            queries: queries,
            candidates: candidates
        )
        let (queryRows, candidateRows) = try (rows(queries), rows(candidates))
        let expected = zip(queryRows, targets).map {
            sortedRank(of: $1, query: $0, candidates: candidateRows)
        }
        #expect(ranks == expected)
        #expect(Set(ranks).count > 5)
    }

    @Test(arguments: [3, 1 << 20])
    func equalCandidatesRankByPosition(block: Int) throws {
        let one = try random(1, 33, seed: 3)
        let candidates = try one.expanded([10, 33]).contiguous()
        let queries = try random(10, 33, seed: 4)
        let ranks = try CandidateRanking(blockSize: block).ranks(
            of: Array(0..<10),
            queries: queries,
            candidates: candidates
        )
        #expect(ranks == Array(0..<10))
    }

    @Test func equalCandidatesAmongOthersRankByPosition() throws {
        let distinct = try random(50, 64, seed: 5)
        let candidates = try Tensor.concatenate([distinct, distinct, distinct])
        let queries = try random(40, 64, seed: 6)
        let targets = (0..<40).map { $0 + 50 * ($0 % 3) }
        let ranks = try CandidateRanking(blockSize: 4000).ranks(
            of: targets,
            queries: queries,
            candidates: candidates
        )
        let plain = try CandidateRanking(blockSize: 1 << 20).ranks(
            of: targets.map { $0 % 50 },
            queries: queries,
            candidates: distinct
        )
        #expect(ranks == zip(targets, plain).map { 3 * $1 + $0 / 50 })
    }
}
