import CLIPData
import Foundation
import LocalFiles

/// The first bytes of `live.bin`, before the records.
struct SampleStateHeader: Equatable {
    /// Where the records start: at a page, so that no record of 2, 4 or 8 numbers lies on two of them.
    static let byteCount = 4096
    /// Numbers in one record at most.
    static let maximumWidth = 1024
    private static let magic: UInt64 = 0x5441_5453_5049_4C43  // "CLIPSTAT"
    private static let format = FormatVersion(1)
    private static let wordCount = 15

    var width: Int
    var count: Int
    var fingerprint: DataFingerprint
    /// A random number that ties the journals to the file.
    var identity: UInt64
    /// How often the file was opened.
    var session = 1
    /// The step at which the running journal starts: no later state can be had by rolling back.
    var interval: Int
    /// Whether a process has the file open, or died with it.
    var isOpen = false
    /// When that was.
    var boot = BootIdentity.unknown

    /// The bytes of the file up to the last record, or nil where no file can be so large.
    static func fileBytes(width: Int, count: Int) -> Int? {
        guard (1...maximumWidth).contains(width), count >= 0 else { return nil }
        let (records, overflow) = count.multipliedReportingOverflow(by: width * 4)
        guard !overflow, records <= Int.max - byteCount else { return nil }
        return byteCount + records
    }

    var bytes: [UInt8] {
        WordBlock([
            Self.magic, UInt64(Self.format.current), UInt64(width), UInt64(count), fingerprint.value,
            identity,
            UInt64(session), UInt64(interval), isOpen ? 1 : 0, boot.high, boot.low, 0, 0, 0, 0,
        ]).bytes
    }
}

extension SampleStateHeader {
    /// Reads the header of a file.
    ///
    /// Throws `SampleStateError.damaged` or `.format`.
    init(_ bytes: UnsafeRawBufferPointer, fileSize: Int, path: String) throws {
        func damaged(_ reason: String) -> SampleStateError { .damaged(path: path, reason: reason) }
        guard bytes.count >= Self.byteCount else {
            throw damaged("it has \(bytes.count) bytes, fewer than its header")
        }
        guard UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) == Self.magic else {
            throw damaged("it does not start with CLIPSTAT")
        }
        guard let words = WordBlock(bytes, count: Self.wordCount)?.words else {
            throw damaged("its header's checksum is wrong")
        }
        try SampleStateError.check(Self.format, words[1], path: path)
        guard let width = Int(exactly: words[2]), let count = Int(exactly: words[3]),
            let session = Int(exactly: words[6]), let interval = Int(exactly: words[7]),
            let size = Self.fileBytes(width: width, count: count)
        else {
            throw damaged("its header speaks of \(words[3]) records of \(words[2]) numbers")
        }
        guard size <= fileSize else {
            throw damaged("it has \(fileSize) bytes, and its records end at byte \(size)")
        }
        self.init(
            width: width,
            count: count,
            fingerprint: DataFingerprint(value: words[4]),
            identity: words[5],
            session: session,
            interval: interval,
            isOpen: words[8] != 0,
            boot: BootIdentity(high: words[9], low: words[10])
        )
    }
}
