import Foundation
import RemoteFiles

/// Makes small JPEG pictures of samples.
struct Thumbnails {
    private static let side = 128

    private let imageFields: [String]
    private let decoder: ImageDecoder
    private let workspace = ImageWorkspace()

    init(settings: DataCheckSettings) {
        imageFields = settings.imageFields
        decoder = settings.decoder
    }

    /// An `img` element with the picture inside, or a note in its place.
    ///
    /// - Throws: `ShardError` when the data itself cannot be read.
    func markup(for position: Int, in source: any SampleSource) throws -> String {
        var found: FieldBytes?
        do { found = try source.image(imageFields, at: position) } catch ShardError.remote(.stopped) {
            // A check that was interrupted still has the rest to say.
        } catch let error as ShardError {
            throw error
        } catch {
            // Counted among the faults.
        }
        guard let jpeg = found.flatMap({ $0.withUnsafeBytes(jpeg) }) else {
            return "<div class=\"none\">no picture</div>"
        }
        let data = Data(jpeg).base64EncodedString()
        return "<img alt=\"\" loading=\"lazy\" src=\"data:image/jpeg;base64,\(data)\">"
    }

    private func jpeg(_ encoded: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let image = try? decoder.decode(encoded, workspace: workspace) else { return nil }
        let size = PackPicture.size(width: image.width, height: image.height, maximumSide: Self.side)
        guard
            let small = try? PillowResampler().resize(
                image,
                width: size.width,
                height: size.height,
                workspace: workspace
            )
        else { return nil }
        return try? ImageEncoder.jpeg(quality: 72).encode(small)
    }
}
