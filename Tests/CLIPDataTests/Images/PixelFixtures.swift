import Foundation

/// Pictures whose pixels are a matter of choice, and what Pillow makes of them.
struct PixelFixtures: Decodable {
    struct Turned: Decodable, CustomStringConvertible {
        let file, stored, upright: String
        let width, height: Int
        let orientation: Int?
        var description: String { file }
    }
    struct Gray16: Decodable {
        let file, clip, scale: String
    }

    let turned: [Turned]
    let gray16: Gray16

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/pixels")

    static func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: file)))
    }

    static func expected() throws -> PixelFixtures {
        let data = try Data(contentsOf: folder.appending(path: "expected.json"))
        return try JSONDecoder().decode(PixelFixtures.self, from: data)
    }
}
