import Foundation
import LocalFiles
import NIOSSL

/// Certificates that somebody wants to trust.
enum TrustedCertificates {
    /// More is no list of certificates.
    private static let limit = 16 << 20

    /// Reads a PEM file.
    static func read(_ path: String) throws -> [NIOSSLCertificate] {
        let bytes = try RemoteError.local(path, "read the certificates in") {
            let file = try SharedFile(reading: URL(fileURLWithPath: path))
            let count = try file.byteCount()
            guard count <= limit else { throw POSIXError(.EFBIG) }
            return try [UInt8](unsafeUninitializedCapacity: count) {
                $1 = try file.read(
                    into: UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer($0)[..<count]
                    ),
                    at: 0
                )
            }
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw RemoteError.setting(
                name: "data.remote.certificates",
                found: "'\(path)'",
                expected: "a PEM file, with '-----BEGIN CERTIFICATE-----' before each certificate"
            )
        }
        return certificates
    }
}
