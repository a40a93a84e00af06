import Foundation

@testable import CLIPData

/// Candidates can be packed: keys are unique, and a member's name reads back as its key and suffix.
enum FuzzListing {
    static func check(_ path: String, captionFields: [String]) throws -> String {
        let candidates: [PackCandidate]
        do {
            candidates = try PackListing(captionFields: captionFields).candidates(of: path)
        } catch let error as ShardError {
            if case .listing(_, _, let problem, _) = error { return problem }
            return String(error.description.drop { $0 != ":" })
        }
        try FuzzViolation.unless(Set(candidates.map(\.key)).count == candidates.count, "a key repeats")
        for candidate in candidates {
            for caption in candidate.captions {
                try FuzzViolation.unless(
                    !caption.text.isEmpty && !caption.text.contains(where: \.isNewline),
                    "caption '\(caption.text)'"
                )
            }
            for suffix in candidate.captions.map(\.field) + candidate.fields.keys.sorted() + ["jpg"] {
                try FuzzViolation.unless(PackEntry.isSuffix(suffix), "suffix '\(suffix)'")
                let split = SampleScanner.split("\(candidate.key).\(suffix)")
                try FuzzViolation.unless(
                    split?.key == candidate.key && split?.suffix == suffix,
                    "'\(candidate.key)' and '\(suffix)' read back as \(split.map { "\($0)" } ?? "nothing")"
                )
            }
        }
        return "\(candidates.count) candidates"
    }
}

/// Lines of JSON, as `FuzzListing` wants candidates.
enum FuzzJSONLines {
    static func check(_ bytes: UnsafeRawBufferPointer, files: FuzzFiles) throws -> String {
        let path = try files.write(bytes, "l.jsonl")
        return try FuzzListing.check(path, captionFields: ["title", "caption"]) + "; "
            + FuzzContainer.check(path, .jsonLines, files: files)
    }
}
