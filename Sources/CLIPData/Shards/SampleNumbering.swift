/// All ordinals that a data set has given out, of which a `SampleSource` may select a part.
///
/// State that is kept for each sample follows this numbering, so that it does not matter which shards a run reads.
public protocol SampleNumbering {
    /// How many ordinals there are: `0 ..< ordinalCount`.
    var ordinalCount: Int { get }
    /// The stable 64-bit identity of the sample with an ordinal, whether a source selects it or not.
    func identity(ofOrdinal ordinal: Int) -> UInt64
    /// Why identities that were given out may be wrong; nil where nothing is amiss.
    var damage: (any Error)? { get }
}

extension SampleNumbering {
    /// Nothing is amiss.
    public var damage: (any Error)? { nil }
}

extension ShardIndex: SampleNumbering {
    /// The index's number of samples.
    public var ordinalCount: Int { sampleCount }

    /// The hash of the shard's path beside the index and the key.
    public func identity(ofOrdinal ordinal: Int) -> UInt64 { file.anyIdentity(of: ordinal) }

    /// What was found wrong in the index's file.
    public var damage: (any Error)? { file.foundDamage }
}

extension ShardDataset: SampleNumbering {
    /// The identity in the index, which may know more samples than these.
    public func identity(ofOrdinal ordinal: Int) -> UInt64 { index.identity(ofOrdinal: ordinal) }

    /// What was found wrong in the index's file.
    public var damage: (any Error)? { index.damage }
}
