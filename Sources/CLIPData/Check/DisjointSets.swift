/// Groups that grow together; the lowest member of each stands for it, whatever the order of joining.
struct DisjointSets {
    private var parents: [UInt32]

    init(count: Int) {
        parents = (0..<UInt32(count)).map { $0 }
    }

    mutating func root(of member: UInt32) -> UInt32 {
        var member = member
        while parents[Int(member)] != member {
            // Halves the path for the next time.
            parents[Int(member)] = parents[Int(parents[Int(member)])]
            member = parents[Int(member)]
        }
        return member
    }

    mutating func join(_ first: UInt32, _ second: UInt32) {
        let (a, b) = (root(of: first), root(of: second))
        if a < b { parents[Int(b)] = a } else { parents[Int(a)] = b }
    }
}
