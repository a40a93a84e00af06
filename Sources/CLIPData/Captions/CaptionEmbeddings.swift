/// Embeddings of captions, computed before training by a model that is not trained.
///
/// Called from several threads at a time.
public protocol CaptionEmbeddings: Sendable {
    /// How many numbers each embedding has.
    var width: Int { get }
    /// The language model that computed them; nil where nobody knows.
    var origin: CaptionEmbeddingsOrigin? { get }

    /// The embedding of one caption, or nil where there is none.
    ///
    /// - Parameters:
    ///   - ordinal: The sample's number in the index.
    ///   - source: The number of the caption's source in the policy.
    ///   - key: The caption's ``CaptionKey``: a text that changed since then has another.
    /// - Throws: An error of the files, which stops the run; a ``SampleFaultError`` counts as a bad sample.
    func embedding(ordinal: Int, source: Int, key: UInt64) throws -> [Float]?

    /// The same where the caption's text is at hand, as in batches: a key does not tell case and white space apart.
    func embedding(ordinal: Int, source: Int, key: UInt64, text: String) throws -> [Float]?
}

extension CaptionEmbeddings {
    /// What the key finds.
    public func embedding(ordinal: Int, source: Int, key: UInt64, text: String) throws -> [Float]? {
        try embedding(ordinal: ordinal, source: source, key: key)
    }
}
