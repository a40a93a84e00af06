extension SampleSource {
    /// The sample's picture: the first of some fields that it has.
    ///
    /// - Throws: `SampleProblem` where it has none; `ShardError` when the data cannot be read.
    func image(_ fields: [String], at index: Int) throws -> FieldBytes {
        for suffix in fields {
            if let field = try field(suffix, at: index) { return field }
        }
        throw SampleProblem(
            kind: .missingImage,
            reason: "no " + fields.map { "'\($0)'" }.joined(separator: " or ")
        )
    }

    /// Stops early when no sample at all can have one of some captions; of `json:KEY` the `.json` member is looked for.
    ///
    /// - Throws: `ShardError.fields` with the fields that were found instead and their counts.
    public func requireCaptions(_ fields: [CaptionField], purpose: String = "a caption") throws {
        let found = fieldCounts
        guard !fields.contains(where: { (found[$0.suffix] ?? 0) > 0 }) else { return }
        try require(fields.map(\.description), purpose: purpose)
    }

    /// Stops early when no sample at all has one of the image fields.
    ///
    /// - Throws: `ShardError.fields` with the fields that were found instead and their counts.
    public func requireImages(_ fields: [String]) throws {
        try require(ImageFields.suffixes(fields), purpose: ShardError.imagePurpose)
    }
}

/// How names of image fields become suffixes, as those of captions do: without a dot in front, whatever the case.
enum ImageFields {
    static func suffixes(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.map { CaptionField.suffix(named: $0) }.filter { seen.insert($0).inserted }
    }
}
