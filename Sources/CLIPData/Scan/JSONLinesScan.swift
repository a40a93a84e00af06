import Foundation

/// Reads the samples of a file with one JSON object in each line.
///
/// The picture's key names a file; the whole object is the field `json`, and its first text with a name for captions is
/// there as `txt`.
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
                if let problem = add(line, number: number, to: &scan) { throw lines.failure(line, problem) }
                number += 1
            } catch {
                guard keepsReadable else { throw error }
                scan.ignored += 1
            }
        }
    }

    /// Adds one line, or says why it is no sample.
    private func add(_ line: JSONLines.Line, number: Int, to scan: inout ContainerScan) -> String? {
        guard let object = try? JSONSerialization.jsonObject(with: line.data) as? [String: Any] else {
            return "it is no JSON object"
        }
        func text(_ names: [String]) -> String? {
            names.lazy.compactMap { object[$0] as? String }.first { !$0.isEmpty }
        }
        guard let image = text(UsualNames.images) else {
            let names = object.keys.sorted().prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
            return "there is no picture, only \(names.isEmpty ? "nothing" : names)"
        }
        let numbers = UsualNames.keys.lazy.compactMap { object[$0] as? Int }
        let key = text(UsualNames.keys) ?? numbers.first.map(String.init)
        var sample = ScannedSample(key: key ?? "\(number)", fields: [])
        sample.fields.append(scan.field(ListingLayout.imageSuffix(of: image), .file, text: image))
        if let caption = text(UsualNames.captions) {
            var field = scan.field("txt", .index, text: caption)
            field.detail = FieldDetail.hash(CaptionKey.of(caption))
            sample.fields.append(field)
        }
        sample.fields.append(
            ScannedField(suffix: "json", offset: line.range.lowerBound, size: line.range.count)
        )
        scan.samples.append(sample)
        return nil
    }
}
