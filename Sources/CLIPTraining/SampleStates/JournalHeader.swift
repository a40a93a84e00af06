import Foundation
import LocalFiles

/// The first bytes of a journal, and what its records look like.
struct JournalHeader: Equatable {
    static let byteCount = 64
    private static let magic: UInt64 = 0x4C4E_4A53_5049_4C43  // "CLIPSJNL"
    private static let format = FormatVersion(2, readsFrom: 1)
    private static let wordCount = 7
    private static let none = UInt64.max

    /// Numbers in one record of the state.
    var width: Int
    /// The step whose state is had by undoing this journal and all later ones.
    var start: Int
    /// The start of the journal before this one, where there was one.
    var previous: Int?
    /// The identity of the live file to which it belongs.
    var identity: UInt64
    /// Of all records as they were at the start; nil in journals of format 1.
    var digest: RecordDigest?

    var bytes: [UInt8] {
        WordBlock([
            Self.magic, UInt64(digest == nil ? Self.format.oldest : Self.format.current), UInt64(width),
            UInt64(start), previous.map { UInt64($0) } ?? Self.none, identity, digest?.value ?? 0,
        ]).bytes
    }

    /// The size of one record.
    var recordByteCount: Int { 8 + width * 4 + 4 }
}

extension JournalHeader {
    /// Reads the header of a file.
    ///
    /// Throws `SampleStateError.damaged` or `.format`.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
        func damaged(_ reason: String) -> SampleStateError { .damaged(path: path, reason: reason) }
        guard bytes.count >= Self.byteCount else {
            throw damaged("it has \(bytes.count) bytes, fewer than its header")
        }
        guard UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) == Self.magic else {
            throw damaged("it does not start with CLIPSJNL")
        }
        guard let words = WordBlock(bytes, count: Self.wordCount)?.words else {
            throw damaged("its header's checksum is wrong")
        }
        try SampleStateError.check(Self.format, words[1], path: path)
        guard let width = Int(exactly: words[2]), (1...SampleStateHeader.maximumWidth).contains(width),
            let start = Int(exactly: words[3])
        else { throw damaged("its header speaks of step \(words[3]) and \(words[2]) numbers a sample") }
        self.init(
            width: width,
            start: start,
            previous: Int(exactly: words[4]),
            identity: words[5],
            digest: words[1] == UInt64(Self.format.oldest) ? nil : RecordDigest(value: words[6])
        )
    }
}
