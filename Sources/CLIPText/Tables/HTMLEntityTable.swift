/// The named character references of HTML5.
enum HTMLEntityTable {
    /// References by name, without `&`; the semicolon belongs to the name where it stands.
    static let references: [[UInt8]: [UInt32]] = {
        var references: [[UInt8]: [UInt32]] = [:]
        references.reserveCapacity(2500)
        for table in [capitalNames, smallNames] {
            CodePointList.forEachEntry(table) { name, separator, codes in
                references[name + [UInt8(ascii: ";")]] = codes
                if separator == UInt8(ascii: ",") { references[name] = codes }
            }
        }
        return references
    }()

    /// References whose name was folded to capitals, such as `EACUTE;`: no part of HTML5, but met in the wild.
    static let shouted: [[UInt8]: [UInt32]] = {
        var references: [[UInt8]: [UInt32]] = [:]
        CodePointList.forEachEntry(shoutedNames) { name, _, codes in
            references[name + [UInt8(ascii: ";")]] = codes
        }
        return references
    }()

    /// Length of the longest name, its semicolon included.
    static let longestName = references.keys.map(\.count).max() ?? 0
}
