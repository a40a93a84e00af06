/// Memory that lives as long as the object and never changes.
protocol ByteOwner: AnyObject, Sendable {
    var bytes: UnsafeRawBufferPointer { get }
}

extension MappedFile: ByteOwner {}

/// A field's bytes together with what keeps them in memory.
public struct FieldBytes: Sendable {
    private let owner: any ByteOwner
    private let range: Range<Int>

    init(_ owner: any ByteOwner, _ range: Range<Int>) {
        self.owner = owner
        self.range = range
    }

    /// Keeps a copy of some bytes.
    init(copying bytes: some Collection<UInt8>) {
        let copy = OwnedBytes(copying: bytes)
        self.init(copy, 0..<copy.bytes.count)
    }

    /// The content's size in bytes.
    public var count: Int { range.count }

    /// Calls `body` with the content.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(UnsafeRawBufferPointer(rebasing: owner.bytes[range]))
    }

    /// Reads a byte of each page of the memory, so that what still lies on a disk comes now.
    func touch() {
        withUnsafeBytes { bytes in
            var sum: UInt8 = 0
            for offset in stride(from: 0, to: bytes.count, by: 4096) { sum &+= bytes[offset] }
            withExtendedLifetime(sum) {}
        }
    }

    /// The content as text; bytes that are not UTF-8 become U+FFFD, a byte order mark is dropped.
    public var text: String {
        withUnsafeBytes { bytes in
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            return String(decoding: bytes[start...], as: UTF8.self)
        }
    }
}

/// Bytes in memory of their own.
///
/// @unchecked because of the pointer only: the memory is written before anybody else has the object.
final class OwnedBytes: ByteOwner, @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Memory of `count` bytes, of which `fill` writes each.
    init<Failure: Error>(
        count: Int,
        fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        do {
            try fill(memory)
        } catch {
            memory.deallocate()
            throw error
        }
        bytes = UnsafeRawBufferPointer(memory)
    }

    convenience init(copying content: some Collection<UInt8>) {
        self.init(count: content.count) { $0.copyBytes(from: content) }
    }

    deinit { bytes.deallocate() }
}
