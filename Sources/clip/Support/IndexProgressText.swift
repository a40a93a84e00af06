import CLIPData

/// Words for the progress of an index.
enum IndexProgressText {
    /// Such as `indexing: 12 of 100 shards, 120,000 samples, 45,000 samples/s, 0:20 left`.
    static func line(_ progress: IndexProgress) -> String {
        var line =
            "indexing: \(progress.shards) of \(progress.totalShards) shards, \(Figures.grouped(progress.samples)) samples"
        guard progress.seconds > 0 else { return line }
        line += ", \(Figures.grouped(Int(Double(progress.samples) / progress.seconds))) samples/s"
        let left = progress.seconds / Double(progress.shards) * Double(progress.totalShards - progress.shards)
        if left >= 1 { line += ", \(Figures.duration(left)) left" }
        return line
    }
}
