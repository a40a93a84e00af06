/// What the file takes on the disk, as far as the table tells.
extension PageStore {
    /// What the pages in the table and the table itself take on the disk.
    var space: Int {
        let pages = entries().map(\.page)
        let blocks = Set(pages.map { tableBlock(of: $0) } + [0])
        return pages.reduce(blocks.count * DiskBlock.byteCount) { $0 + layout.spaceOfPage($1) }
    }

    /// What writing a page adds to that; nothing where the page is there.
    func spaceAdded(by page: Int) -> Int {
        guard (try? entry(page)) == nil else { return 0 }
        let block = tableBlock(of: page)
        let isNew = block > 0 && !neighbours(in: block).contains { (try? entry($0)) != nil }
        return layout.spaceOfPage(page) + (isNew ? DiskBlock.byteCount : 0)
    }

    private func tableBlock(of page: Int) -> Int {
        (Self.headerBytes + page * Self.entryBytes) / DiskBlock.byteCount
    }

    /// The pages whose entries lie in a block of the table that is not the first.
    private func neighbours(in block: Int) -> Range<Int> {
        let first = (block * DiskBlock.byteCount - Self.headerBytes) / Self.entryBytes
        return first..<min(first + DiskBlock.byteCount / Self.entryBytes, layout.pageCount)
    }
}
