import Foundation
import Synchronization

@testable import RemoteFiles

/// A web server on the loopback interface, on plain sockets and threads.
///
/// @unchecked because `answer` is Sendable and all else is guarded by its lock or constant.
final class TestServer: @unchecked Sendable {
    struct Request: Sendable {
        let path: String
        let headers: [String: String]
        /// How many came before to this server.
        let number: Int

        var range: ClosedRange<Int>? {
            guard let text = headers["range"], text.hasPrefix("bytes=") else { return nil }
            let ends = text.dropFirst(6).split(separator: "-").compactMap { Int($0) }
            return ends.count == 2 ? ends[0]...ends[1] : nil
        }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Bytes after which the connection is closed.
        var breaksAfter: Int?
        /// Whether it stays silent where it breaks.
        var stalls = false
    }

    let port: UInt16
    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    private let state = Mutex((requests: [Request](), open: Set<Int32>(), isStopped: false))

    init(_ answer: @escaping @Sendable (Request) -> Answer) {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(descriptor, generic, size) == 0 && listen(descriptor, 64) == 0)
                getsockname(descriptor, generic, &size)
            }
            return UInt16(bigEndian: $0.pointee.sin_port)
        }
        Thread { [self] in accepting() }.start()
    }

    var requests: [Request] { state.withLock { $0.requests } }

    func url(_ path: String = "/file") -> URL {
        URL(string: "http://127.0.0.1:\(port)\(path)") ?? URL(fileURLWithPath: "/")
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { state in
            if !state.isStopped { close(listener) }
            state.isStopped = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func accepting() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            state.withLock { _ = $0.open.insert(descriptor) }
            Thread { [self] in
                serve(descriptor)
                state.withLock { state in
                    state.open.remove(descriptor)
                    close(descriptor)
                }
            }.start()
        }
    }

    private func serve(_ descriptor: Int32) {
        while let request = receive(descriptor) {
            let answer = answer(request)
            var head = "HTTP/1.1 \(answer.status) Status\r\n"
            for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
            if !answer.headers.contains(where: { $0.0 == "Content-Length" || $0.0 == "Transfer-Encoding" }) {
                head += "Content-Length: \(answer.body.count)\r\n"
            }
            let end = answer.breaksAfter ?? answer.body.count
            guard put(Array((head + "\r\n").utf8)[...], descriptor), put(answer.body[..<end], descriptor)
            else { return }
            if answer.stalls { while !state.withLock({ $0.isStopped }), isOpen(descriptor) { usleep(2000) } }
            if answer.breaksAfter != nil || answer.stalls { return }
        }
    }

    private func isOpen(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) != 0
    }

    private func receive(_ descriptor: Int32) -> Request? {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while !text.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
            text.append(byte)
        }
        let lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased()] = value
        }
        let path = String(lines[0].split(separator: " ").dropFirst().first ?? "")
        return state.withLock { state in
            let request = Request(path: path, headers: headers, number: state.requests.count)
            state.requests.append(request)
            return request
        }
    }

    private func put(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = send(
                    descriptor,
                    buffer.baseAddress?.advanced(by: done),
                    buffer.count - done,
                    Int32(MSG_NOSIGNAL)
                )
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}

extension TestServer.Answer {
    /// What a good server says to a request, with ranges or without.
    static func file(
        _ content: [UInt8],
        _ request: TestServer.Request,
        tag: String? = "\"one\"",
        ranges: Bool = true
    ) -> Self {
        var answer = Self()
        if let tag { answer.headers.append(("ETag", tag)) }
        guard ranges, let range = request.range else {
            answer.body = content
            return answer
        }
        if let wanted = request.headers["if-range"], wanted != tag {
            answer.body = content
            return answer
        }
        guard range.lowerBound < content.count else {
            return Self(status: 416, headers: [("Content-Range", "bytes */\(content.count)")])
        }
        let end = min(range.upperBound, content.count - 1)
        answer.status = 206
        answer.body = Array(content[range.lowerBound...end])
        answer.headers.append(("Content-Range", "bytes \(range.lowerBound)-\(end)/\(content.count)"))
        return answer
    }
}

/// A temporary folder that goes with the object.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "remote-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func cache(limit: Int = 64 << 20, pageBytes: Int = 4096) throws -> CacheSettings {
        var settings = CacheSettings(directory: path + "/cache")
        settings.limit = limit
        settings.pageBytes = pageBytes
        return settings
    }

    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/cache/" + folder)) ?? []).sorted()
    }
}

/// Bytes that differ from place to place.
func pattern(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
    }
}
