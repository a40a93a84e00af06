public import Foundation

/// Which language model computed embeddings of captions, so that other texts can be given to the same one later.
public struct CaptionEmbeddingsOrigin: Sendable, Equatable {
    /// Its directory or file.
    public var path: String
    /// The directory of low-rank changes; nil for the plain model.
    public var adapter: String?
    /// SHA-256 of all that decides over the vectors, in hexadecimal digits.
    public var fingerprint: String
    /// How texts become vectors: the JSON of the language model's own settings, which this library does not read.
    public var encoding: Data

    /// Names a language model.
    public init(path: String, adapter: String? = nil, fingerprint: String, encoding: Data) {
        self.path = path
        self.adapter = adapter
        self.fingerprint = fingerprint
        self.encoding = encoding
    }
}

extension CaptionEmbeddings {
    /// Unknown.
    public var origin: CaptionEmbeddingsOrigin? { nil }
}
