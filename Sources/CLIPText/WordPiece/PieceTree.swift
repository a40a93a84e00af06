/// Strings by their first bytes: finds the longest one with which others begin.
struct PieceTree: Sendable {
    /// The node to which a byte leads, by node and byte.
    private var edges: [UInt32: UInt32] = [:]
    /// The id of the string that ends at a node; -1 for none.
    private var ids: [Int32] = [-1]

    init(capacity: Int) {
        edges.reserveCapacity(capacity)
    }

    /// Adds a string that is not empty.
    mutating func insert(_ piece: some Sequence<UInt8>, id: Int32) {
        var node: UInt32 = 0
        for byte in piece {
            let edge = node << 8 | UInt32(byte)
            if let next = edges[edge] {
                node = next
            } else {
                node = UInt32(ids.count)
                edges[edge] = node
                ids.append(-1)
            }
        }
        ids[Int(node)] = id
    }

    /// The id of the longest string with which the bytes from `start` on begin, and where it ends.
    func longest(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (id: Int32, end: Int)? {
        var found: (id: Int32, end: Int)?
        var node: UInt32 = 0
        for place in start..<bytes.count {
            guard let next = edges[node << 8 | UInt32(bytes[place])] else { break }
            node = next
            let id = ids[Int(node)]
            if id >= 0 { found = (id, place + 1) }
        }
        return found
    }
}
