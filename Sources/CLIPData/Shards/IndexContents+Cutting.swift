extension IndexContents {
    /// Leaves out all samples behind the first ones, with their keys, fields and texts.
    mutating func cut(to count: Int) {
        guard count < identities.count else { return }
        identities.removeLast(identities.count - count)
        fieldStarts.removeLast(fieldStarts.count - count - 1)
        keyStarts.removeLast(keyStarts.count - count - 1)
        fields = Array(fields.prefix(Int(clamping: fieldStarts[count])))
        keys = Array(keys.prefix(Int(clamping: keyStarts[count])))
        text = Array(text.prefix(fields.reduce(0) { max($0, $1.endInText) }))
    }
}

extension FieldRecord {
    /// Where its piece of the index's text ends; 0 for one that has none there.
    fileprivate var endInText: Int {
        switch Place(rawValue: place) {
        case .index, .file:
            let (end, overflows) = offset.addingReportingOverflow(UInt64(size))
            return overflows ? .max : Int(clamping: end)
        default: return 0
        }
    }
}
