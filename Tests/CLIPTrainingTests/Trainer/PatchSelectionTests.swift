import CLIPModels
import Testing
import Torch

@testable import CLIPTraining

/// Draws of the patches that are computed.
@Suite struct PatchSelectionTests {
    private func selection(_ mask: PatchMask, grid: Int, seed: UInt64 = 1, stage: Int = 0) throws
        -> PatchSelection
    {
        try PatchSelection(mask, grid: grid, seed: seed, stage: stage)
    }

    private func draws(_ selection: PatchSelection, _ count: Int) -> [[Int]] {
        (0..<count).map { selection.patches(ordinal: Int64($0 % 97), visit: Int64($0 / 97)).map(Int.init) }
    }

    /// How often each number came, as a share of the draws.
    private func shares(_ numbers: [Int], of count: Int, among draws: Int) -> [Double] {
        numbers.reduce(into: [Double](repeating: 0, count: count)) { $0[$1] += 1 / Double(draws) }
    }

    @Test(arguments: [(14, 0.5, 98), (14, 0.75, 49), (16, 0.3, 179), (7, 0.75, 12)])
    func randomPatchesAreDrawnEvenly(grid: Int, drop: Double, count: Int) throws {
        let draws = draws(try selection(.random(drop: drop), grid: grid), 4000)
        for draw in draws {
            #expect(draw.count == count && draw == Set(draw).sorted())
            #expect(draw.allSatisfy { (0..<grid * grid).contains($0) })
        }
        // Six deviations of a share of 4000 draws.
        let (all, share) = (grid * grid, Double(count) / Double(grid * grid))
        let bound = 6 * (share * (1 - share) / 4000).squareRoot()
        #expect(shares(draws.flatMap { $0 }, of: all, among: 4000).allSatisfy { abs($0 - share) < bound })
        #expect(Set(draws).count == 4000)
    }

    @Test func aDrawIsAFunctionOfItsKey() throws {
        let first = try selection(.random(drop: 0.5), grid: 14)
        let draw = first.patches(ordinal: 5, visit: 2)
        #expect(first.patches(ordinal: 5, visit: 2) == draw)
        #expect(try selection(.random(drop: 0.5), grid: 14).patches(ordinal: 5, visit: 2) == draw)
        for other in [
            first.patches(ordinal: 6, visit: 2), first.patches(ordinal: 5, visit: 3),
            try selection(.random(drop: 0.5), grid: 14, seed: 2).patches(ordinal: 5, visit: 2),
            try selection(.random(drop: 0.5), grid: 14, stage: 1).patches(ordinal: 5, visit: 2),
        ] { #expect(other != draw) }
    }

    private func window(_ number: Int, grid: Int) -> Int {
        number / grid / 2 * (grid / 2) + number % grid / 2
    }
    private func place(_ number: Int, grid: Int) -> Int { number / grid % 2 * 2 + number % grid % 2 }

    @Test(arguments: PatchMask.GridOffset.allCases) func aGridKeepsOneOfEachWindow(
        _ offset: PatchMask.GridOffset
    ) throws {
        let draws = draws(try selection(.grid(offset), grid: 6), 2000)
        for draw in draws {
            #expect(draw.map { window($0, grid: 6) }.sorted() == Array(0..<9) && draw == draw.sorted())
            let places = Set(draw.map { place($0, grid: 6) })
            if offset == .fixed { #expect(places == [0]) }
            if offset == .image { #expect(places.count == 1) }
        }
        let places = draws.flatMap { $0.map { place($0, grid: 6) } }
        let found = shares(places, of: 4, among: 2000 * 9)
        if offset != .fixed { #expect(found.allSatisfy { abs($0 - 0.25) < 0.06 }) }
        if offset == .window { #expect(draws.contains { Set($0.map { place($0, grid: 6) }).count == 4 }) }
    }

    @Test func aBlockIsASquareAnywhere() throws {
        // ⌊49/4⌋ = 12 patches would stay: a square of 3×3, which has 5×5 places.
        let draws = draws(try selection(.block(drop: 0.75), grid: 7), 5000)
        for draw in draws {
            let (y, x) = (draw[0] / 7, draw[0] % 7)
            #expect(y <= 4 && x <= 4)
            #expect(draw == (y..<y + 3).flatMap { row in (x..<x + 3).map { row * 7 + $0 } })
        }
        let corners = shares(draws.map { $0[0] / 7 * 5 + $0[0] % 7 }, of: 25, among: 5000)
        #expect(corners.allSatisfy { abs($0 - 0.04) < 6 * (0.04 * 0.96 / 5000).squareRoot() })
    }

    @Test func gridsThatCannotBeMaskedAreRefused() {
        for mask in [PatchMask.grid(.fixed), .random(drop: 0.99), .block(drop: 0.99)] {
            #expect(throws: TorchError.self) { try selection(mask, grid: 7) }
        }
    }
}
