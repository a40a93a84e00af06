public import Foundation
import Synchronization

/// A web server on the loopback interface, on plain sockets and threads.
///
/// @unchecked because `answer` is Sendable and all else is guarded by its lock or constant.
public final class TestServer: @unchecked Sendable {
    /// What a client asked for.
    public struct Request: Sendable {
        /// The address's path and query.
        public let path: String
        /// By lower-case name.
        public let headers: [String: String]
        /// How many came before to this server.
        public let number: Int

        /// A request.
        public init(path: String, headers: [String: String], number: Int) {
            (self.path, self.headers, self.number) = (path, headers, number)
        }

        /// The bytes of a `Range: bytes=FIRST-LAST`.
        public var range: ClosedRange<Int>? {
            guard let text = headers["range"], text.hasPrefix("bytes=") else { return nil }
            let ends = text.dropFirst(6).split(separator: "-").compactMap { Int($0) }
            return ends.count == 2 ? ends[0]...ends[1] : nil
        }
    }

    /// What the server says.
    public struct Answer: Sendable {
        /// The status.
        public var status: Int
        /// Names and values; the length is added where none is given.
        public var headers: [(String, String)]
        /// The content.
        public var body: [UInt8]
        /// Bytes after which the connection is closed.
        public var breaksAfter: Int?
        /// Whether it stays silent where it breaks.
        public var stalls: Bool
        /// Nothing at all, for as long as the client waits.
        public static let silence = Answer(status: 0, stalls: true)
        /// Microseconds after each byte of head and body; nil to send them together.
        public var pause: UInt32?

        /// An answer.
        public init(
            status: Int = 200,
            headers: [(String, String)] = [],
            body: [UInt8] = [],
            breaksAfter: Int? = nil,
            stalls: Bool = false
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.breaksAfter = breaksAfter
            self.stalls = stalls
        }
    }

    /// Where it listens.
    public let port: UInt16
    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    private let state = Mutex((requests: [Request](), open: Set<Int32>(), isStopped: false))

    /// Starts a server; `answer` is called from a thread for each connection.
    public init(_ answer: @escaping @Sendable (Request) -> Answer) {
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

    /// What was asked so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// The address of a path.
    public func url(_ path: String = "/file") -> URL {
        URL(string: "http://127.0.0.1:\(port)\(path)") ?? URL(fileURLWithPath: "/")
    }

    /// Closes all connections.
    public func stop() {
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
            if answer.status == 0 {
                stall(descriptor)
                return
            }
            if let pause = answer.pause {
                for byte in Array((head + "\r\n").utf8) + answer.body {
                    guard put([byte], descriptor) else { return }
                    usleep(pause)
                }
                continue
            }
            let end = answer.breaksAfter ?? answer.body.count
            guard put(Array((head + "\r\n").utf8)[...], descriptor), put(answer.body[..<end], descriptor)
            else { return }
            if answer.stalls { stall(descriptor) }
            if answer.breaksAfter != nil || answer.stalls { return }
        }
    }

    private func stall(_ descriptor: Int32) {
        while !state.withLock({ $0.isStopped }), isOpen(descriptor) { usleep(2000) }
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
