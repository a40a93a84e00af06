import Crypto

extension ShardPacker {
    /// A file of a sample.
    typealias Member = (suffix: String, content: [UInt8])

    /// What becomes of a candidate.
    enum Outcome: Sendable {
        case dropped(PackDrop)
        case sample(Sample)
    }

    /// A cleaned candidate, ready to be written.
    struct Sample: Sendable {
        var members: [Member]
        /// Equal for equal pictures with equal texts.
        var fingerprint: [UInt8]
        var isDownscaled: Bool
        /// The picture's perceptual hash, where near duplicates are dropped.
        var look: UInt64?
    }

    func clean(_ candidate: PackCandidate) -> Outcome {
        if configuration.requireCaption && candidate.captions.isEmpty {
            return .dropped(candidate.hasUnreadableText ? .unreadable : .noCaption)
        }
        let texts = members(of: candidate)
        do {
            let file = try MappedFile(candidate.image)
            let members = texts + Self.companions(of: candidate, beside: texts)
            return withExtendedLifetime(file) { clean(file.bytes, texts: members, compared: texts) }
        } catch {
            return .dropped(.missing)
        }
    }

    /// The files beside the picture that can be read, under suffixes that its other members leave free.
    private static func companions(of candidate: PackCandidate, beside texts: [Member]) -> [Member] {
        var taken = Set(texts.map(\.suffix))
        return candidate.companions.compactMap { companion in
            guard !companion.suffix.isEmpty, let file = try? MappedFile(companion.path) else { return nil }
            var suffix = companion.suffix
            var number = 1
            while !taken.insert(suffix).inserted {
                suffix = "original\(number > 1 ? "-\(number)" : "").\(companion.suffix)"
                number += 1
            }
            return (suffix, withExtendedLifetime(file) { Array(file.bytes) })
        }
    }

    /// Cleans a picture.
    ///
    /// - Parameters:
    ///   - bytes: The encoded picture.
    ///   - texts: The sample's other members.
    ///   - compared: The members that must be equal too where a sample is another's duplicate.
    func clean(_ bytes: UnsafeRawBufferPointer, texts: [Member], compared: [Member]) -> Outcome {
        do {
            return .sample(try cleaned(bytes, texts: texts, compared: compared))
        } catch let reason as PackDrop {
            return .dropped(reason)
        } catch let error as ImageDecodeError {
            return .dropped(PackDrop(error))
        } catch {
            // Scaling and writing anew fail only for shapes that no picture should have, or for want of memory.
            return .dropped(.damaged)
        }
    }

    private func cleaned(
        _ bytes: UnsafeRawBufferPointer,
        texts: [Member],
        compared: [Member]
    ) throws -> Sample {
        let workspace = ImageWorkspace()
        var picture = try PackPicture(
            decoding: bytes,
            maximumPixels: configuration.maximumPixels,
            keptSide: configuration.imageFormat == .keep ? configuration.maximumSide ?? .max : nil,
            alpha: configuration.alpha,
            workspace: workspace
        )
        let (width, height) = (picture.image.width, picture.image.height)
        let size = PackPicture.size(
            width: width,
            height: height,
            maximumSide: configuration.maximumSide ?? max(width, height)
        )
        guard min(size.width, size.height) >= configuration.minimumSide else { throw PackDrop.tooSmall }
        if configuration.dropBlank && picture.isBlank { throw PackDrop.blank }
        let look = configuration.nearDistance.flatMap { _ in
            PerceptualHash.of(picture.image, workspace: workspace)
        }
        let isDownscaled = size != (width, height)
        if isDownscaled { try picture.scale(width: size.width, height: size.height, workspace: workspace) }

        let image = try stored(picture, original: isDownscaled ? nil : bytes)
        var hash = SHA256()
        hash.update(data: Array("\(size.width) \(size.height)".utf8))
        hash.update(data: picture.image.pixels)
        for text in compared {
            hash.update(data: Array("\u{0}\(text.suffix)\u{0}".utf8))
            hash.update(data: text.content)
        }
        return Sample(
            members: [image] + texts.filter { $0.suffix != image.suffix },
            fingerprint: Array(hash.finalize().prefix(16)),
            isDownscaled: isDownscaled,
            look: look
        )
    }

    private func stored(
        _ picture: PackPicture,
        original: UnsafeRawBufferPointer?
    ) throws -> Member {
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
    private func members(of candidate: PackCandidate) -> [Member] {
        var members: [Member] = []
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
