/// Which of the columns that settings name no row has had so far: an object may leave out what it has not, and a
/// misspelt name would pass.
struct UnseenColumns {
    /// So many names are kept to say what there is instead.
    private static let limit = 256

    private var columns: [String]
    private var found: [String] = []
    private var known: Set<String> = []

    init(_ columns: [String]) { self.columns = columns }

    /// Takes a row's columns into account.
    mutating func note(_ names: some Sequence<String>) {
        guard !columns.isEmpty else { return }
        for name in names where known.count < Self.limit || columns.contains(name) {
            guard known.insert(name).inserted else { continue }
            found.append(name)
            columns.removeAll { $0 == name }
        }
    }

    /// What to say after the last row of some files; nil if each column was there.
    func error(paths: [String]) -> CaptionFileError? {
        columns.isEmpty ? nil : .unseenColumns(paths: paths, columns: columns, found: found)
    }
}
