/// What file systems give at a time.
enum DiskBlock {
    /// The usual size of a block.
    static let byteCount = 4096

    /// What bytes take on the disk, in whole blocks.
    static func space(for bytes: Int, block: Int = byteCount) -> Int { (bytes + block - 1) / block * block }
}
