/// What one row of a side file says.
struct CaptionRow: Equatable {
    /// The key or URL.
    var value: String
    /// Its texts without white space at the ends, blank ones included.
    var texts: [String]
}

extension CaptionLayout {
    struct Unreadable: Error { var problem: String }

    /// Reads a row from its bytes.
    ///
    /// - Throws: `Unreadable` with what is wrong.
    func row(_ bytes: UnsafeRawBufferPointer) throws(Unreadable) -> CaptionRow {
        if let delimiter = format.delimiter {
            let cells: [String]
            do {
                var reader = DelimitedText(bytes, delimiter: delimiter)
                cells = try reader.next()?.cells ?? []
            } catch {
                throw Unreadable(problem: error.problem)
            }
            return try row(cells: cells)
        }
        return try row(members: Self.members(of: bytes))
    }

    /// The members of a row that is a JSON object.
    ///
    /// - Throws: `Unreadable` with what is wrong.
    static func members(of bytes: UnsafeRawBufferPointer) throws(Unreadable) -> [JSONRow.Member] {
        do {
            var row = JSONRow(bytes)
            return try row.members()
        } catch {
            throw Unreadable(problem: error.problem)
        }
    }

    /// Reads a row from its members.
    ///
    /// - Throws: `Unreadable` with what is wrong.
    func row(members: [JSONRow.Member]) throws(Unreadable) -> CaptionRow {
        func member(_ name: String) -> JSONRow.Value? { JSONRow.last(name, of: members) }
        let value: String
        switch member(join) {
        case .string(let text), .number(let text): value = text
        case nil:
            let names = members.prefix(20).map { "'\($0.name)'" }.joined(separator: ", ")
            throw Unreadable(problem: "there is no '\(join)'; found \(names.isEmpty ? "nothing" : names)")
        case .null: throw Unreadable(problem: "'\(join)' is null")
        case .list, .mixed, .object, .other: throw Unreadable(problem: "'\(join)' is no text")
        }
        var texts: [String] = []
        for name in captions {
            switch member(name) {
            case .string(let text): texts.append(Self.trimmed(text))
            case nil, .null: texts.append("")
            case .list(let list): texts += list.map { Self.trimmed($0 ?? "") }
            case .number(let text): throw noTexts(name, "the number \(text)")
            case .mixed: throw noTexts(name, "a list of other things than texts")
            case .object: throw noTexts(name, "an object")
            case .other(let text): throw noTexts(name, text)
            }
        }
        return try checked(CaptionRow(value: value, texts: texts))
    }

    private func noTexts(_ name: String, _ found: String) -> Unreadable {
        Unreadable(problem: "'\(name)' is \(found), expected a text or a list of texts")
    }

    /// Reads a row from its cells.
    ///
    /// - Throws: `Unreadable` with what is wrong.
    func row(cells: [String]) throws(Unreadable) -> CaptionRow {
        guard cells.count == header.count, let key = header.firstIndex(of: join) else {
            throw Unreadable(
                problem: "\(DelimitedText.found(cells)), expected \(header.count) as in the first line"
            )
        }
        let texts = captions.map { name in
            header.firstIndex(of: name).map { Self.trimmed(cells[$0]) } ?? ""
        }
        return try checked(CaptionRow(value: cells[key], texts: texts))
    }

    private func checked(_ row: CaptionRow) throws(Unreadable) -> CaptionRow {
        var row = row
        row.value = Self.trimmed(row.value)
        guard !row.value.isEmpty else { throw Unreadable(problem: "'\(join)' is blank") }
        return row
    }

    private static func trimmed(_ text: String) -> String {
        let utf8 = text.utf8
        // Most texts have nothing to trim; ASCII ends can be looked at without decoding.
        if let first = utf8.first, let last = utf8.last, (0x21..<0x80).contains(first),
            (0x21..<0x80).contains(last)
        {
            return text
        }
        let start = text.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
