extension DataCheckReportMaker {
    func fillDuplicates(_ report: inout DataCheckReport, _ marks: SampleMarkTable) throws {
        let keys = HashGroups(marks.keys)
        report.duplicates.keys = try kind(keys)
        report.duplicates.keysWithinShard = withinShard(keys)
        report.duplicates.splitSamples = try split(keys)
        let captions = HashGroups(marks.captions)
        report.duplicates.captions = try kind(captions)
        report.captions.mostRepeated = try captions.groups.prefix(10).map { group in
            .init(text: PlainLine.of(try caption(at: Int(group[0]))), count: group.count)
        }
        report.duplicates.imageBytes = try kind(HashGroups(marks.bytes))
        report.duplicates.imagePixels = try kind(HashGroups(marks.pixels))
        guard let distance = settings.nearDistance else { return }
        let near = NearDuplicates(marks.looks, isValid: { marks.hasLook[$0] }, distance: distance)
        report.duplicates.nearDistance = distance
        report.duplicates.nearIsComplete = near.isComplete
        // Groups of one image and its exact copies are counted above.
        report.duplicates.near = try kind(
            HashGroups(
                near.groups.groups.compactMap { group in
                    var seen = Set<UInt64>()
                    let distinct = group.filter { seen.insert(marks.pixels[Int($0)]).inserted }
                    return distinct.count > 1 ? distinct : nil
                }
            )
        )
    }

    private func kind(_ groups: HashGroups) throws -> DataCheckReport.Duplicates.Kind {
        .init(
            groups: groups.groups.count,
            samples: groups.members,
            extra: groups.extra,
            largest: try groups.groups.prefix(Self.groupLimit).map { group in
                .init(
                    count: group.count,
                    examples: try group.prefix(Self.groupExamples).map { place in
                        example(at: Int(place), text: PlainLine.of(try caption(at: Int(place))))
                    }
                )
            }
        )
    }

    private func withinShard(_ groups: HashGroups) -> Int {
        groups.groups.reduce(0) { sum, group in
            sum + group.count - Set(group.map { source.label(at: selection[Int($0)]).shard }).count
        }
    }

    /// How many samples of one key in one shard have an image and no caption while another has the caption alone.
    private func split(_ groups: HashGroups) throws -> Int {
        var examined = 0
        var count = 0
        for group in groups.groups where examined < Self.splitLimit {
            examined += group.count
            var halves: [SampleLabel: (images: Int, captions: Int)] = [:]
            for index in group.map({ selection[Int($0)] }) {
                let hasImage = try has(settings.imageFields, index)
                let hasCaption = try has(settings.captions.map { CaptionField($0).suffix }, index)
                guard hasImage != hasCaption else { continue }
                halves[source.label(at: index), default: (0, 0)].images += hasImage ? 1 : 0
                halves[source.label(at: index), default: (0, 0)].captions += hasCaption ? 1 : 0
            }
            count += halves.values.reduce(0) { $0 + min($1.images, $1.captions) }
        }
        return count
    }

    private func has(_ fields: [String], _ index: Int) throws -> Bool {
        for field in fields {
            do {
                if try source.field(field, at: index) != nil { return true }
            } catch is SampleProblem {
                // Its file is missing, but the sample names it.
                return true
            }
        }
        return false
    }

    private func caption(at place: Int) throws -> String {
        try SampleCaption.text(of: settings.captions, at: selection[place], in: source)
    }
}

/// A sample's caption for showing it.
enum SampleCaption {
    /// The first usable caption, or nothing.
    ///
    /// - Throws: `ShardError` when the data itself cannot be read.
    static func text(of fields: [String], at index: Int, in source: any SampleSource) throws -> String {
        for field in fields.lazy.map(CaptionField.init) {
            do {
                let text = try CaptionReader.text(of: field, at: index, in: source)
                if let text, !text.isEmpty { return text }
            } catch let error as ShardError {
                throw error
            } catch {
                // Counted among the faults.
                continue
            }
        }
        return ""
    }
}
