/// The texts of a batch, one entry for each caption.
public enum BatchText: Sendable {
    /// Token ids of all captions behind one another; caption `i` is `ids[offsets[i] ..< offsets[i+1]]`.
    case tokens(ids: [Int32], offsets: [Int32])
    /// Embeddings of all captions behind one another; caption `i` is `values[i·width ..< (i+1)·width]`.
    case embeddings(values: [Float], width: Int)
}

/// One rank's rows of a global batch, as plain memory.
public struct Batch: Sendable {
    /// The stream position of the global batch's first row.
    public var position: Int
    /// The stream position after the global batch: what a checkpoint stores after the step.
    public var nextPosition: Int
    /// How many rows (images) there are.
    public var count: Int
    /// Image height in pixels.
    public var height: Int
    /// Image width in pixels.
    public var width: Int
    /// The images: uint8 `[count, 3, height, width]`.
    public var images: HostBuffer
    /// The captions, in the order of the rows.
    public var text: BatchText
    /// For each caption, how many of its last tokens make its feature; nil where the model decides.
    public var pooledCounts: [Int32]?
    /// Captions of row `i` are `captionOffsets[i] ..< captionOffsets[i+1]`; `count + 1` entries.
    public var captionOffsets: [Int32]
    /// How many captions every row has, or nil where the number differs.
    public var captionsPerImage: Int?
    /// For each caption, the hash of its normalised text; equal captions have equal keys.
    public var captionKeys: [UInt64]
    /// For each caption, which field of the policy it came from.
    public var captionSources: [Int32]
    /// For each row, the sample's number in the index.
    public var ordinals: [Int64]
    /// For each row, the sample's stable identity.
    public var identities: [UInt64]
    /// For each row, how often the stream passed through the source before.
    public var visits: [Int64]
    /// Samples that were met and could not be used.
    public var faults: [SampleFault]
    /// How long the consumer waited for this batch, in seconds.
    public var waited: Double

    /// How many captions there are.
    public var captionCount: Int { captionKeys.count }
}
