extension TestServer.Answer {
    /// What a good server says to a request, with ranges or without.
    public static func file(
        _ content: [UInt8],
        _ request: TestServer.Request,
        tag: String? = "\"one\"",
        ranges: Bool = true
    ) -> Self {
        var answer = Self()
        if let tag { answer.headers.append(("ETag", tag)) }
        guard ranges, let range = request.range else {
            answer.body = content
            return answer
        }
        if let wanted = request.headers["if-range"], wanted != tag {
            answer.body = content
            return answer
        }
        guard range.lowerBound < content.count else {
            return Self(status: 416, headers: [("Content-Range", "bytes */\(content.count)")])
        }
        let end = min(range.upperBound, content.count - 1)
        answer.status = 206
        answer.body = Array(content[range.lowerBound...end])
        answer.headers.append(("Content-Range", "bytes \(range.lowerBound)-\(end)/\(content.count)"))
        return answer
    }
}

/// Bytes that differ from place to place.
public func pattern(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
    }
}
