import Foundation

/// Reads the samples of a file with one JSON object in each line.
///
/// The picture's key names a file; the whole object is the field `json`, and its first text with a name for captions is
/// there as `txt`.
struct JSONLinesScan {
    private let path: String
    private let bytes: UnsafeRawBufferPointer
    private let keepsReadable: Bool
    private let expected = "an object with the picture's path under \"image\", one in each line"

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
        var line = offset == 0 ? 0 : bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
        var start = offset
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let content = bytes[start..<end]
            let place = start
            start = end + 1
            line += 1
            guard content.contains(where: { $0 > 0x20 }) else { continue }
            if let problem = add(content, at: place, number: number, to: &scan) {
                guard keepsReadable else {
                    throw .listing(path: path, line: line, problem: problem, expected: expected)
                }
                scan.ignored += 1
            } else {
                number += 1
            }
        }
    }

    /// Adds one line, or says why it is no sample.
    private func add(
        _ line: Slice<UnsafeRawBufferPointer>,
        at offset: Int,
        number: Int,
        to scan: inout ContainerScan
    ) -> String? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
            return "it is no JSON object"
        }
        func text(_ names: [String]) -> String? {
            names.lazy.compactMap { object[$0] as? String }.first { !$0.isEmpty }
        }
        guard let image = text(ListingLayout.imageNames) else {
            let names = object.keys.sorted().prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
            return "there is no picture, only \(names.isEmpty ? "nothing" : names)"
        }
        guard line.count <= Int(UInt32.max) else { return "it is longer than 4 GiB" }
        let key = text(ListingLayout.keyNames) ?? (object["id"] as? Int).map(String.init)
        var sample = ScannedSample(key: key ?? "\(number)", fields: [])
        sample.fields.append(scan.field(ListingLayout.imageSuffix(of: image), .file, text: image))
        if let caption = text(ListingLayout.captionNames) {
            var field = scan.field("txt", .index, text: caption)
            field.detail = FieldDetail.hash(CaptionKey.of(caption))
            sample.fields.append(field)
        }
        sample.fields.append(ScannedField(suffix: "json", offset: offset, size: line.count))
        scan.samples.append(sample)
        return nil
    }
}
