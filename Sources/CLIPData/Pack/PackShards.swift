/// Distributes samples over numbered tar files.
struct PackShards {
    private let output: PackOutput
    private let layout: ShardPacker.Layout
    private let limit: Int
    private var writer: TarWriter?
    private var current = 0
    private(set) var finished: [PackReport.Shard] = []

    init(_ output: PackOutput, _ configuration: ShardPacker.Configuration) {
        self.output = output
        layout = configuration.layout
        limit = configuration.samplesPerShard
    }

    mutating func append(
        key: String,
        members: [(suffix: String, content: [UInt8])]
    ) throws(ShardError) {
        if current == limit { try finishShard() }
        var writer: TarWriter
        if let open = self.writer {
            writer = open
        } else {
            writer = try TarWriter(creating: output.partial + "/" + name)
        }
        for member in members {
            try writer.append(name: "\(key).\(member.suffix)", content: member.content)
        }
        self.writer = writer
        current += 1
    }

    /// Ends the last shard.
    mutating func finish() throws(ShardError) {
        try finishShard()
        if layout == .benchmark { try output.write("\(finished.count)\n", to: "test/nshards.txt") }
    }

    private mutating func finishShard() throws(ShardError) {
        guard var writer else { return }
        let (bytes, sha256) = try writer.finish()
        finished.append(.init(path: name, samples: current, bytes: bytes, sha256: sha256))
        self.writer = nil
        current = 0
    }

    private var name: String {
        let number = String(finished.count)
        switch layout {
        case .webdataset: return String(repeating: "0", count: max(0, 5 - number.count)) + number + ".tar"
        case .benchmark: return "test/\(number).tar"
        }
    }
}
