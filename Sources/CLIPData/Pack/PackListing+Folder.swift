extension PackListing {
    /// Pictures below a folder, in the order of their paths, with the files beside them.
    ///
    /// `NAME.txt` beside a picture holds one caption per line, `NAME.json` may hold captions as a JSON Lines listing
    /// does, and any other text file counts where its suffix is named. What is not taken for a caption is kept as it is.
    func folder(_ path: String) throws -> [PackCandidate] {
        let root = FilePath.absolute(path)
        return try FolderListing(root).samples.flatMap { sample in
            var files = try PackSidecars(sample, below: root)
            let captions = try captions(in: &files)
            return sample.files.filter { Self.isPicture($0.suffix) }.map { picture in
                PackCandidate(
                    key: PackCandidate.key(from: sample.key),
                    image: "\(root)/\(picture.path)",
                    captions: captions.list,
                    fields: files.object.map(Self.fields) ?? [:],
                    companions: files.companions,
                    hasUnreadableText: files.hasUnreadable,
                    source: files.object?.source
                )
            }
        }
    }

    static func isPicture(_ suffix: String) -> Bool { UsualNames.imageFields.contains(suffix) }

    private static func fields(_ object: ListingObject) -> [String: String] {
        // Other people's metadata may have something else under this name.
        ((try? object.fields()) ?? [:]).filter { PackEntry.isSuffix($0.key) }
    }

    /// The named captions in their order, then the lines of `.txt`, then whatever the object has under `captions`.
    private func captions(in files: inout PackSidecars) throws -> PackCaptions {
        var captions = PackCaptions()
        // What training would take unless told otherwise.
        let names = isUsual ? ["txt"] + namedFields : namedFields
        for name in names + ["txt"] {
            switch CaptionField(name) {
            case .text("txt"):
                let lines = try files.take("txt")?.split(whereSeparator: \.isNewline).map(String.init) ?? []
                captions.add(lines, as: "caption")
            case .text(let suffix):
                let title = suffix.hasSuffix(".txt") ? String(suffix.dropLast(4)) : suffix
                if let text = try files.take(suffix) {
                    captions.add([text], as: ListingLayout.suffix(of: title))
                } else {
                    captions.add(files.object?.texts(of: name) ?? [], as: ListingLayout.suffix(of: name))
                }
            case .json(let key):
                captions.add(files.object?.texts(of: key) ?? [], as: ListingLayout.suffix(of: key))
            }
        }
        for (name, text) in (files.object?.captions([]) ?? [:]).sorted(by: { $0.key < $1.key }) {
            captions.add([text], as: ListingLayout.suffix(of: name))
        }
        return captions
    }
}
