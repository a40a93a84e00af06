import AsyncHTTPClient
import Foundation
import NIOHTTP1

extension RemoteClient {
    /// What is sent for an address, whose user and password go into a header.
    static func request(_ url: URL, headers: [(String, String)]) throws -> HTTPClient.Request {
        let plain = Redaction.withoutUser(url.absoluteString)
        do {
            var request = try HTTPClient.Request(url: plain)
            request.headers.add(name: "User-Agent", value: "swift-clip")
            request.headers.add(name: "Accept-Encoding", value: "identity")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if let user = url.user(percentEncoded: false) {
                request.setBasicAuth(username: user, password: url.password(percentEncoded: false) ?? "")
            }
            return request
        } catch {
            throw RemoteError.location(Redaction.url(plain), reason: "it is no valid address: \(error)")
        }
    }
}

extension URL {
    var hostAndPort: String {
        let host = host(percentEncoded: false) ?? ""
        return port.map { "\(host):\($0)" } ?? host
    }
}
