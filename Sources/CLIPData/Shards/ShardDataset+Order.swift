extension ShardDataset {
    /// All samples shuffled where they can be read at random, else by blocks.
    public func preferredOrder(window: Int) -> LoaderSettings.Order {
        hasRandomAccess ? .shuffled : .blocks(window: window)
    }
}
