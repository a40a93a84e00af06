/// Reads the samples of a file with one JSON object in each line.
///
/// The picture's key names a file; the whole object is the field `json`, and its first text with a name for captions is
/// there as `txt`. An object with the texts `query` and `positive` is a pair of texts and needs no picture.
struct JSONLinesScan {
    private let path: String
    private let bytes: UnsafeRawBufferPointer
    private let keepsReadable: Bool

    init(_ path: String, _ bytes: UnsafeRawBufferPointer, keepsReadable: Bool) {
        self.path = path
        self.bytes = bytes
        self.keepsReadable = keepsReadable
    }

    /// Adds the lines from an offset on; `number` samples come before.
    ///
    /// - Throws: `ShardError.listing` for the first line that is no sample, unless readable ones are kept.
    func add(from offset: Int, number: Int, to scan: inout ContainerScan) throws(ShardError) {
        var number = number
        var lines = JSONLines(path, bytes, from: offset)
        while true {
            do throws(ShardError) {
                guard let line = try lines.next() else { return }
                do throws(ListingObject.Unreadable) {
                    try add(line, number: number, to: &scan)
                } catch {
                    throw lines.failure(line, error.problem)
                }
                number += 1
            } catch {
                guard keepsReadable else { throw error.advising("leave such lines out") }
                scan.ignored += 1
            }
        }
    }

    /// Adds one line.
    ///
    /// - Throws: `ListingObject.Unreadable` where it is no sample.
    private func add(
        _ line: JSONLines.Line,
        number: Int,
        to scan: inout ContainerScan
    ) throws(ListingObject.Unreadable) {
        let object = try ListingObject(line.bytes)
        var sample = ScannedSample(key: object.key ?? "\(number)", fields: [])
        if !object.isPairOfTexts {
            let image = try object.image()
            sample.fields.append(scan.field(ListingLayout.imageSuffix(of: image), .file, text: image))
        }
        if let caption = object.text(UsualNames.captions) {
            var field = scan.field("txt", .index, text: caption)
            field.detail = FieldDetail.hash(CaptionKey.of(caption))
            sample.fields.append(field)
        }
        sample.fields.append(
            ScannedField(suffix: "json", offset: line.range.lowerBound, size: line.range.count)
        )
        scan.samples.append(sample)
    }
}
