import CRemoteFiles

/// Unpacks gzip members that come in pieces, in bounded memory.
final class Gunzip {
    private enum Place { case start, inside, between, padding }

    private static let chunk = 256 << 10
    private let source: String
    /// At a fixed address, which zlib remembers.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
    private var place = Place.start
    /// Packed bytes taken so far.
    private var taken = 0

    init(source: String) {
        self.source = source
        stream.initialize(to: z_stream())
        precondition(remote_gunzip_init(stream) == Z_OK, "no memory for zlib")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// Unpacks a piece.
    ///
    /// - Throws: ``RemoteError/gzip(source:problem:offset:)``, or what `output` throws.
    func feed(_ piece: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) throws -> Void) throws {
        var rest = piece
        while let first = rest.first {
            switch place {
            case .between where first == 0, .padding where first == 0:
                // Archives on tape and the like are filled up with zeros.
                place = .padding
                let zeros = rest.prefix { $0 == 0 }.count
                taken += zeros
                rest = UnsafeRawBufferPointer(rebasing: rest[zeros...])
            case .between where first == 0x1F:
                inflateReset(stream)
                place = .inside
            case .between, .padding: throw fault(.trailing)
            case .start: place = .inside
            case .inside:
                let used = try inflate(rest, output)
                rest = UnsafeRawBufferPointer(rebasing: rest[used...])
            }
        }
    }

    /// Says that no more comes.
    func finish() throws {
        guard place == .between || place == .padding else { throw fault(.truncated) }
    }

    private func inflate(
        _ input: UnsafeRawBufferPointer,
        _ output: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        let count = min(input.count, 1 << 30)
        // zlib only reads there; its declaration lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress
        )
        stream.pointee.avail_in = UInt32(count)
        var before = count
        while true {
            stream.pointee.next_out = buffer.assumingMemoryBound(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(Self.chunk)
            let status = CRemoteFiles.inflate(stream, Z_NO_FLUSH)
            taken += before - Int(stream.pointee.avail_in)
            before = Int(stream.pointee.avail_in)
            let made = Self.chunk - Int(stream.pointee.avail_out)
            if made > 0 { try output(UnsafeRawBufferPointer(rebasing: buffer[..<made])) }
            switch status {
            case Z_STREAM_END:
                place = .between
                return count - before
            case Z_OK, Z_BUF_ERROR:
                if before == 0, made < Self.chunk { return count }
            default:
                let message = stream.pointee.msg.map { String(cString: $0) } ?? ""
                let isCheck = message.contains("data check") || message.contains("length check")
                throw fault(isCheck ? .checksum : .damaged)
            }
        }
    }

    private func fault(_ problem: GzipProblem) -> RemoteError {
        .gzip(source: source, problem: problem, offset: taken)
    }
}
