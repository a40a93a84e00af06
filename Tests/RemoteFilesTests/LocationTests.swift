import Foundation
import LocalFiles
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
        #expect("\(command)" == "pipe:curl -H … https://host/x?key=…")
        #expect(Redaction.command("curl: https://me:word@host/x failed") == "curl: https://host/x failed")
    }

    @Test(
        arguments: [
            ("curl -u me:word x.tar", "curl -u … x.tar"),
            ("/usr/bin/curl -u  me:word x.tar", "/usr/bin/curl -u  … x.tar"),
            ("sort -u list.txt | cat -b", "sort -u list.txt | cat -b"),
            ("curl -ume:word x.tar", "curl -u… x.tar"),
            ("curl --user=me:word x.tar", "curl --user… x.tar"),
            ("curl -H 'X-Key: a b' -b \"c=d e\" x.tar", "curl -H … -b … x.tar"),
            ("curl -H'X-Key: a b' x.tar", "curl -H… x.tar"),
            ("wget --header='X-Key: a b' x.tar", "wget --header… x.tar"),
            ("printf 'my password is here' | sh", "printf … | sh"),
            ("tool --password one two", "tool …"),
            ("curl -H 'never closed x.tar", "curl -H … closed x.tar"),
            ("it can't open https://me:word@host/x and won't", "it can't open https://host/x and won't"),
            ("two  blanks ", "two  blanks "), ("", ""),
        ]
    )
    func commandsHideSecrets(command: String, shown: String) {
        #expect(Redaction.command(command) == shown)
    }

    @Test(
        arguments: [
            ("https://me:se/cret@host/x.tar", "https://host/x.tar"),
            ("https://me:se?cret@host/x.tar", "https://host/x.tar"),
            ("https://host:8080/a@b.tar", "https://host:8080/a@b.tar"),
            ("https://host/a:b@c.tar", "https://host/a:b@c.tar"),
        ]
    )
    func addressesHidePasswordsWithSlashes(address: String, shown: String) {
        #expect(Redaction.url(address) == shown)
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
