/// Finds tar members whose names have more dots than the one before the suffix.
///
/// A member's key ends at the first dot, as in WebDataset, so `Shot 2.0 (1).jpg` and `Shot 2.0 (2).jpg` are two fields of
/// one sample `Shot 2`.
enum DottedNames {
    /// So many suffixes of pictures that hardly any two samples share are no layout of somebody's own.
    private static let manySuffixes = 3

    /// The cause and what to do, or nil where names look fine.
    static func hint(_ fieldCounts: [String: Int], samples: Int) -> String? {
        var plain = 0
        var dotted: [(suffix: String, count: Int)] = []
        for (suffix, count) in fieldCounts {
            guard let last = suffix.split(separator: ".").last,
                UsualNames.imageFields.contains(String(last))
            else { continue }
            if last.count == suffix.count { plain += count } else { dotted.append((suffix, count)) }
        }
        // What most samples have is a field by its own right, such as `mask.png`.
        let rare = dotted.filter { 20 * $0.count <= max(20, samples) }.sorted { $0.suffix < $1.suffix }
        guard rare.count >= manySuffixes || plain == 0 && rare.count > 1, let first = rare.first else {
            return nil
        }
        let pictures = plain + dotted.reduce(0) { $0 + $1.count }
        return
            "A tar member's key ends at the first dot of its name, and \(rare.reduce(0) { $0 + $1.count }) of \(pictures) "
            + "pictures have further dots, such as '….\(PlainLine.of(first.suffix, limit: 60))': they became fields of "
            + "\(samples) samples. Rename the files, or pack them from a folder with `clip data pack`, which replaces such dots."
    }
}
