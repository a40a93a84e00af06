@testable import CLIPData

extension DelimitedText {
    /// All rows of a text; empty lines are left out.
    static func rows(_ text: some Collection<UInt8>, delimiter: UInt8) throws(MalformedText) -> [Row] {
        let copy = FieldBytes(copying: text)
        return try copy.withUnsafeBytes { bytes throws(MalformedText) in
            var reader = DelimitedText(bytes, delimiter: delimiter)
            var rows: [Row] = []
            while let row = try reader.next() { rows.append(row) }
            return rows
        }
    }
}
