public import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Takes TLS connections on the loopback interface and passes what they carry on to a plain server.
///
/// Its certificate is signed by ``root``, which no system trusts.
public final class TLSFront: Sendable {
    /// A file with the certificate that its own is signed with.
    public static var root: String { folder.appending(path: "root.pem").path }

    /// Where it listens.
    public let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Certificates")

    /// Starts taking connections, with a certificate for 127.0.0.1 or for another name only.
    public init(to server: TestServer, isOtherName: Bool = false) throws {
        let (folder, target) = (Self.folder, Int(server.port))
        let chain = folder.appending(path: isOtherName ? "other.pem" : "server.pem").path
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(chain).map {
                    .certificate($0)
                },
                privateKey: .privateKey(
                    NIOSSLPrivateKey(file: folder.appending(path: "server.key").path, format: .pem)
                )
            )
        )
        let listener = try ServerBootstrap(group: group)
            .childChannelInitializer { front in
                // On the same thread as the connection it belongs to.
                ClientBootstrap(group: front.eventLoop).connect(host: "127.0.0.1", port: target)
                    .flatMapThrowing {
                        back in
                        try front.pipeline.syncOperations.addHandlers([
                            NIOSSLServerHandler(context: context), Passing(to: back),
                        ])
                        try back.pipeline.syncOperations.addHandler(Passing(to: front))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        port = listener.localAddress?.port ?? 0
    }

    /// The address of a path.
    public func url(_ path: String = "/file") -> URL {
        URL(string: "https://127.0.0.1:\(port)\(path)") ?? URL(fileURLWithPath: "/")
    }

    /// Closes all connections.
    public func stop() { try? group.syncShutdownGracefully() }
}

/// Sends on what a channel receives.
private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    /// As a client that does not trust the certificate.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
