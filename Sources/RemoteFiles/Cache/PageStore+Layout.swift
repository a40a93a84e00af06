extension PageStore {
    /// What the table says of a page.
    struct Entry {
        let checksum: UInt64
        /// When it was written, in nanoseconds.
        let time: UInt64

        /// By what it is told from all other entries of its page; 0 for none.
        var mark: UInt64 { time == 0 ? 0 : max(1, checksum ^ (time &* 0x9E37_79B9_7F4A_7C15)) }
    }

    /// Where the pages lie in the file.
    struct Layout: Equatable {
        /// The length of the remote file.
        let byteCount: Int
        let pageBytes: Int

        var pageCount: Int { (byteCount + pageBytes - 1) / pageBytes }
        /// Where the first page lies, behind the table.
        var start: Int { DiskBlock.space(for: PageStore.headerBytes + pageCount * PageStore.entryBytes) }

        /// The bytes of the remote file that a page holds.
        func bytes(ofPage page: Int) -> Range<Int> {
            page * pageBytes..<min((page + 1) * pageBytes, byteCount)
        }

        /// What a page takes on the disk.
        func spaceOfPage(_ page: Int) -> Int { DiskBlock.space(for: bytes(ofPage: page).count) }
    }

    static let headerBytes = 64
    static let entryBytes = 16
}
