extension WordPriority {
    /// The places of the words that are kept, in order: by priority, and the earlier ones among equals.
    ///
    /// CLIPA's code sorts unstably, so that which of equal words stay depends on its libraries; here it does not.
    static func places(of priorities: [WordPriority], keeping count: Int) -> [Int] {
        var kept: [Int] = []
        for priority in allCases {
            for place in priorities.indices where priorities[place] == priority {
                guard kept.count < count else { return kept.sorted() }
                kept.append(place)
            }
        }
        return kept.sorted()
    }
}
