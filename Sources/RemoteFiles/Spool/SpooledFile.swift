import LocalFiles

/// A plain local file that stays while this object lives.
///
/// It keeps one file open.
public final class SpooledFile: Sendable {
    /// Where it lies. Do not change it.
    public let path: String
    /// Its length.
    public let byteCount: Int
    /// A 64-bit hash of its content; nil for a local file that is used as it is.
    public let contentHash: UInt64?
    /// What it was made of, where that tells: a server's version, or size and time of a packed local file.
    public let sourceVersion: String
    /// The bytes of what it was made of, before unpacking; nil where that is not known.
    public let sourceByteCount: Int?
    /// Open with a shared lock, which keeps the file from being removed.
    private let lease: SharedFile

    init(
        path: String,
        byteCount: Int,
        contentHash: UInt64?,
        sourceVersion: String,
        sourceByteCount: Int?,
        lease: SharedFile
    ) {
        self.sourceVersion = sourceVersion
        self.sourceByteCount = sourceByteCount
        self.path = path
        self.byteCount = byteCount
        self.contentHash = contentHash
        self.lease = lease
    }
}
