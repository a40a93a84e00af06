import Foundation
import LoopbackServer
import Testing

@testable import RemoteFiles

@Suite struct LocationTests {
    @Test func readsEachKind() throws {
        #expect(try Location("a/b.tar") == .file("a/b.tar"))
        #expect(try Location("file:///a%20b.tar") == .file("/a b.tar"))
        #expect(try Location("pipe: cat x ") == .pipe("cat x"))
        #expect(try Location("HTTPS://host/x.tar.gz?sig=1").isNamedCompressed)
        #expect(try !Location("pipe:cat x.gz").isNamedCompressed)
    }

    @Test(arguments: [
        ("s3://bucket/x.tar", "pipe:aws s3 cp s3://bucket/x.tar -"), ("gs://b/x", "gcloud storage cat"),
        ("gopher://x", "not read"), ("", "empty"), ("pipe:", "no command"), ("http://", "no valid address"),
    ])
    func saysWhatToDoAboutOthers(text: String, advice: String) {
        let error = #expect(throws: RemoteError.self) { try Location(text) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(advice))
    }

    @Test func hidesSecrets() throws {
        let location = try Location("https://me:word@host:8/x?key=abc&plain#part")
        #expect("\(location)" == "https://host:8/x?key=…&…")
        let command = try Location("pipe:curl -H 'Authorization: Bearer abc' https://me:word@host/x?key=abc")
        #expect("\(command)" == "pipe:curl -H …")
        #expect(Redaction.command("curl: https://me:word@host/x failed") == "curl: https://host/x failed")
    }

    @Test func hashesPiecesAsTheWhole() {
        let bytes = pattern(1000)
        let whole = bytes.withUnsafeBytes { ContentHash.of($0) }
        for step in [1, 7, 31, 32, 33, 500] {
            var hash = ContentHash()
            for start in stride(from: 0, to: bytes.count, by: step) {
                bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { hash.combine($0) }
            }
            #expect(hash.value == whole)
        }
        var other = bytes
        other[999] ^= 1
        #expect(other.withUnsafeBytes { ContentHash.of($0) } != whole)
        #expect(
            [UInt8](repeating: 0, count: 32).withUnsafeBytes { ContentHash.of($0) } != ContentHash().value
        )
    }
}
