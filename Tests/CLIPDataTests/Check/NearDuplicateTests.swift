import Testing

@testable import CLIPData

@Suite struct NearDuplicateTests {
    private typealias Fixture = CheckFixture

    private func look(_ image: RGBImage) throws -> UInt64 {
        try #require(PerceptualHash.of(image, workspace: ImageWorkspace()))
    }

    private func distance(_ first: UInt64, _ second: UInt64) -> Int { (first ^ second).nonzeroBitCount }

    @Test(arguments: 0..<12)
    func copiesLookAlikeAndOthersDoNot(number: Int) throws {
        let original = Fixture.picture(number, width: 160, height: 120)
        let hash = try look(original)
        let smaller = try PillowResampler().resize(original, width: 90, height: 67)
        #expect(distance(hash, try look(smaller)) <= 4)
        let jpeg = try ImageDecoder().decode(ImageEncoder.jpeg(quality: 50).encode(original))
        #expect(distance(hash, try look(jpeg)) <= 4)
        #expect(distance(hash, try look(Fixture.picture(number, width: 160, height: 120, lighter: 12))) <= 4)
        #expect(distance(hash, try look(Fixture.picture(number + 100, width: 160, height: 120))) > 8)
    }

    @Test func aPlainImageHasNoHash() {
        let image = RGBImage(width: 9, height: 5, pixels: [UInt8](repeating: 200, count: 135))
        #expect(PerceptualHash.of(image, workspace: ImageWorkspace()) == nil)
    }

    /// Hashes at random, some with up to `distance` + 2 bits changed.
    private func hashes(_ count: Int, distance: Int) -> [UInt64] {
        var random = CounterRandom(seed: 5, visit: UInt64(distance), purpose: .order)
        var found: [UInt64] = []
        for number in 0..<count {
            guard number % 3 > 0 else {
                found.append(random.next())
                continue
            }
            var hash = found[random.index(below: found.count)]
            for _ in 0..<random.index(below: distance + 3) { hash ^= 1 << UInt64(random.index(below: 64)) }
            found.append(hash)
        }
        return found
    }

    @Test(arguments: DataCheckSettings.nearDistances)
    func groupsAreThoseOfComparingAll(distance: Int) {
        let hashes = hashes(300, distance: distance)
        let isValid: (Int) -> Bool = { $0 % 10 != 9 }
        var sets = DisjointSets(count: hashes.count)
        for first in hashes.indices where isValid(first) {
            for second in 0..<first where isValid(second) {
                if self.distance(hashes[first], hashes[second]) <= distance {
                    sets.join(UInt32(first), UInt32(second))
                }
            }
        }
        var groups: [UInt32: [UInt32]] = [:]
        for place in hashes.indices where isValid(place) {
            groups[sets.root(of: UInt32(place)), default: []].append(UInt32(place))
        }
        let expected = HashGroups(groups.values.filter { $0.count > 1 })
        let found = NearDuplicates(hashes, isValid: isValid, distance: distance)
        #expect(found.groups.groups == expected.groups)
        #expect(found.isComplete && expected.groups.count > 10)
    }

    @Test func longChainsMakeTheIndexIncomplete() {
        // All have their first band in common, and nothing else.
        var random = CounterRandom(seed: 1, purpose: .order)
        let hashes = (0..<12).map { _ in random.next() << 8 }
        for (chain, isComplete) in [(11, true), (10, false)] {
            var index = NearDuplicateIndex(distance: 7, chain: chain)
            for hash in hashes { _ = index.insert(hash) }
            #expect(index.isComplete == isComplete)
        }
    }

    @Test(arguments: [0, 1, 4, 8])
    func theIndexKeepsWhatIsFarFromAllItKept(distance: Int) {
        var index = NearDuplicateIndex(distance: distance)
        var kept: [UInt64] = []
        for hash in hashes(400, distance: distance) {
            let isNew = !kept.contains { self.distance($0, hash) <= distance }
            #expect(index.insert(hash) == isNew)
            if isNew { kept.append(hash) }
        }
        #expect(kept.count < 400)
    }

    @Test func manyEqualOrCrowdedHashesStayFast() {
        // Compared pair by pair, the first would take 5·10⁹ comparisons.
        let equal = NearDuplicates(
            [UInt64](repeating: 0xABCD, count: 100_000),
            isValid: { _ in true },
            distance: 4
        )
        #expect(equal.groups.groups.map(\.count) == [100_000] && equal.isComplete)
        // Different hashes that all share most bands.
        let crowd = NearDuplicates((0..<3000).map { UInt64($0) }, isValid: { _ in true }, distance: 1)
        #expect(!crowd.isComplete && crowd.groups.groups.count == 6 && crowd.groups.members == 3000)
    }

    @Test func duplicatesOfAllKindsAreFound() throws {
        let fixture = try Fixture()
        let picture = Fixture.picture(1, width: 160, height: 120)
        let png = try Fixture.png(picture)
        let repacked = try ImageEncoder.png(level: 9).encode(picture)
        let jpeg = try ImageEncoder.jpeg(quality: 60).encode(picture)
        let small = try Fixture.png(PillowResampler().resize(picture, width: 100, height: 75))
        let images: [(String, [UInt8])] = [
            ("png", png), ("png", png), ("png", repacked), ("jpg", jpeg), ("png", small),
        ]
        var samples = images.enumerated().map { number, image in
            Fixture.sample("a\(number)", image, ("txt", Fixture.text("caption \(number)")))
        }
        samples += try (10..<20).map { try Fixture.good($0, caption: $0 < 13 ? " The  SAME text" : nil) }
        try fixture.write(samples + [try Fixture.good(30, key: "twice"), try Fixture.good(31, key: "twice")])
        try fixture.write([try Fixture.good(40, key: "a0"), try Fixture.good(41)], to: "1.tar")
        let found = try fixture.check().duplicates
        #expect(found.keys.groups == 2 && found.keys.extra == 2 && found.keysWithinShard == 1)
        #expect(found.captions.groups == 1 && found.captions.samples == 3)
        #expect(found.imageBytes.groups == 1 && found.imageBytes.samples == 2)
        #expect(found.imagePixels.groups == 1 && found.imagePixels.samples == 3)
        #expect(
            found.near.groups == 1 && found.near.largest.first?.examples.map(\.key) == ["a0", "a3", "a4"]
        )
        #expect(found.near.largest.first?.examples.first?.text == "caption 0")
        #expect(try fixture.check { $0.nearDistance = nil }.duplicates.near.groups == 0)
        #expect(try fixture.check().captions.mostRepeated == [.init(text: "The SAME text", count: 3)])
    }
}
