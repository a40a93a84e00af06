import Crypto

extension ShardPacker {
    /// What becomes of a candidate.
    enum Outcome: Sendable {
        case dropped(PackDrop)
        case sample(Sample)
    }

    /// A cleaned candidate, ready to be written.
    struct Sample: Sendable {
        var members: [(suffix: String, content: [UInt8])]
        /// Equal for equal pictures with equal texts.
        var fingerprint: [UInt8]
        var isDownscaled: Bool
    }

    func clean(_ candidate: PackCandidate) -> Outcome {
        if configuration.requireCaption && candidate.captions.isEmpty { return .dropped(.noCaption) }
        let file: MappedFile
        do { file = try MappedFile(candidate.image) } catch { return .dropped(.missing) }
        do {
            return try withExtendedLifetime(file) { try clean(candidate, file.bytes) }
        } catch let error as ImageDecodeError {
            return .dropped(PackDrop(error))
        } catch {
            // Scaling and writing anew fail only for shapes that no picture should have, or for want of memory.
            return .dropped(.damaged)
        }
    }

    private func clean(_ candidate: PackCandidate, _ bytes: UnsafeRawBufferPointer) throws -> Outcome {
        let workspace = ImageWorkspace()
        var picture = try PackPicture(
            decoding: bytes,
            maximumPixels: configuration.maximumPixels,
            workspace: workspace
        )
        let (width, height) = (picture.image.width, picture.image.height)
        let size = PackPicture.size(
            width: width,
            height: height,
            maximumSide: configuration.maximumSide ?? max(width, height)
        )
        guard min(size.width, size.height) >= configuration.minimumSide else { return .dropped(.tooSmall) }
        if configuration.dropBlank && picture.isBlank { return .dropped(.blank) }
        let isDownscaled = size != (width, height)
        if isDownscaled { try picture.scale(width: size.width, height: size.height, workspace: workspace) }

        let image = try stored(picture, original: isDownscaled ? nil : bytes)
        let texts = members(of: candidate)
        var hash = SHA256()
        hash.update(data: Array("\(size.width) \(size.height)".utf8))
        hash.update(data: picture.image.pixels)
        for text in texts {
            hash.update(data: Array("\u{0}\(text.suffix)\u{0}".utf8))
            hash.update(data: text.content)
        }
        return .sample(
            Sample(
                members: [image] + texts,
                fingerprint: Array(hash.finalize().prefix(16)),
                isDownscaled: isDownscaled
            )
        )
    }

    private func stored(
        _ picture: PackPicture,
        original: UnsafeRawBufferPointer?
    ) throws -> (suffix: String, content: [UInt8]) {
        let asJPEG: Bool
        switch configuration.imageFormat {
        case .keep:
            if let original {
                return (picture.format == .jpeg ? "jpg" : picture.format.rawValue, Array(original))
            }
            asJPEG = picture.format == .jpeg
        case .png: asJPEG = false
        case .jpeg: asJPEG = true
        }
        return asJPEG
            ? ("jpg", try ImageEncoder.jpeg(quality: 92, fullChroma: true).encode(picture.image))
            : ("png", try ImageEncoder.png(level: 6).encode(picture.image))
    }

    /// The text members: `txt` holds the first caption, or all; the others lie in `FIELD.txt`.
    private func members(of candidate: PackCandidate) -> [(suffix: String, content: [UInt8])] {
        var members: [(suffix: String, content: [UInt8])] = []
        if let first = candidate.captions.first {
            let joined = candidate.captions.map(\.text).joined(separator: "\n")
            members.append(("txt", Array((configuration.joinCaptions ? joined : first.text).utf8)))
        }
        for caption in candidate.captions.dropFirst(configuration.joinCaptions ? 0 : 1)
        where caption.field != "txt" {
            members.append((caption.field + ".txt", Array(caption.text.utf8)))
        }
        for (suffix, text) in candidate.fields.sorted(by: { $0.key < $1.key }) {
            members.append((suffix, Array(text.utf8)))
        }
        return members
    }
}
