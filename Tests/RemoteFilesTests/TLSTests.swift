import Foundation
import LocalFiles
import LoopbackServer
import Testing

@testable import RemoteFiles

@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    private let content = pattern(100_000)

    /// Settings with which a second try would wait longer than the test may take.
    private func settings(trusting certificates: String?) -> RemoteSettings {
        var settings = quickSettings()
        (settings.firstWait, settings.longestWait) = (3600, 3600)
        settings.certificates = certificates
        return settings
    }

    private func failure(_ body: () throws -> Void) -> RemoteError? {
        #expect(throws: RemoteError.self, performing: body)
    }

    @Test func readsWithACertificateOfOnesOwn() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let front = try TLSFront(to: server)
        defer { front.stop() }
        let folder = try TestFolder()
        let client = try RemoteClient(settings: settings(trusting: TLSFront.root))
        let cache = try RemoteCache(settings: folder.cache())
        let file = try PagedRemoteFile(RemoteFile(front.url(), client: client), cache: cache)
        #expect(try file.read(0..<100_000) == content)
        let whole = try Spool(client: client, cache: cache).open(.http(front.url("/whole")))
        #expect(whole.contentHash == content.withUnsafeBytes { ContentHash.of($0) })
        #expect(client.traffic.hosts.map(\.name) == ["127.0.0.1:\(front.port)"])
    }

    @Test func certificatesOfStrangersAreRefusedAtOnce() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let front = try TLSFront(to: server)
        defer { front.stop() }
        let client = try RemoteClient(settings: settings(trusting: nil))
        let error = failure { _ = try RemoteFile(front.url("/x?key=secret"), client: client) }
        let url = "https://127.0.0.1:\(front.port)/x?key=…"
        #expect(error == .certificate(url: url, problem: .notTrusted))
        let text = "\(try #require(error))"
        #expect(text.contains("signed") && text.contains("PEM") && !text.contains("secret"))
        #expect(text.contains("`data.remote.certificates` in a recipe, or `--certificates`"))
        #expect(client.traffic.hosts.first?.retries == 0 && server.requests.isEmpty)
    }

    @Test func certificatesForOtherNamesAreRefusedAtOnce() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let front = try TLSFront(to: server, isOtherName: true)
        defer { front.stop() }
        let client = try RemoteClient(settings: settings(trusting: TLSFront.root))
        let error = failure { _ = try RemoteFile(front.url(), client: client) }
        #expect(error == .certificate(url: front.url().absoluteString, problem: .otherNames))
        let text = "\(try #require(error))"
        // A file with certificates does not help.
        #expect(text.contains("other names") && !text.contains("PEM") && server.requests.isEmpty)
    }

    @Test func filesWithoutCertificatesAreRefused() throws {
        let folder = try TestFolder()
        for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/x.pem"))
            let error = failure { _ = try RemoteClient(settings: settings(trusting: folder.path + "/x.pem")) }
            guard case .setting("data.remote.certificates", let found, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(found.contains(folder.path + "/x.pem"))
        }
        for place in [folder.path + "/none.pem", folder.path] {
            guard
                case .file(place, _, _) = failure({
                    _ = try RemoteClient(settings: settings(trusting: place))
                })
            else {
                Issue.record("\(place) was read")
                continue
            }
        }
    }
}
