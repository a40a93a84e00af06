/// HTML that is built from untrusted text, with a bound on its size.
struct HTMLText {
    private(set) var text = ""
    private(set) var byteCount = 0

    /// Adds markup as it is.
    mutating func raw(_ markup: String) {
        text += markup
        byteCount += markup.utf8.count
    }

    /// Adds an element with escaped text.
    mutating func element(_ name: String, _ content: String, attributes: String = "") {
        raw("<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(Self.escaped(content))</\(name)>")
    }

    /// Adds a table; every cell is escaped.
    mutating func table(_ header: [String], _ rows: [[String]]) {
        raw("<table><thead><tr>")
        for cell in header { element("th", cell) }
        raw("</tr></thead><tbody>\n")
        for row in rows {
            raw("<tr>")
            for (column, cell) in row.enumerated() {
                let isNumber = column > 0 && !cell.isEmpty && cell.utf8.allSatisfy { $0 < 0x3A && $0 > 0x1F }
                element("td", cell, attributes: isNumber ? "class=\"n\"" : "")
            }
            raw("</tr>\n")
        }
        raw("</tbody></table>\n")
    }

    /// Text on one line in which nothing can be markup, inside elements and quoted attributes.
    static func escaped(_ text: String, limit: Int = 400) -> String {
        var result = ""
        for scalar in PlainLine.of(text, limit: limit).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
