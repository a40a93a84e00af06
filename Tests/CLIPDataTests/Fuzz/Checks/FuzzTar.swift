@testable import CLIPData

/// Members lie inside the file, in order, apart from all headers; samples are these members; an index keeps them.
enum FuzzTar {
    static func check(_ bytes: UnsafeRawBufferPointer, files: FuzzFiles) throws -> String {
        var reader = TarReader(bytes, shard: "s.tar")
        var members: [TarMember] = []
        var failure: TarError?
        do throws(TarError) {
            while let member = try reader.next() { members.append(member) }
        } catch {
            failure = error
        }
        var end = 0
        for member in members {
            try FuzzViolation.unless(
                member.offset % TarReader.block == 0 && member.offset >= end + TarReader.block
                    && member.size >= 0 && member.size <= bytes.count - member.offset,
                "\(member) after \(end) in \(bytes.count) bytes"
            )
            end = member.offset + member.size
        }

        let path = try files.write(bytes, "s.tar")
        let scan = try ContainerScanner(keepsReadable: true, access: ContainerAccess())
            .tar(DataContainer(name: path, kind: .tar))
        try checkSamples(of: scan, members, isDamaged: failure != nil)
        try checkIndex(of: scan, files: files)
        return failure.map { "\($0.problem)" } ?? "\(members.count) members"
    }

    /// The scanner's samples are the reader's members in the same order.
    private static func checkSamples(of scan: ContainerScan, _ members: [TarMember], isDamaged: Bool) throws {
        let fields = scan.samples.flatMap(\.fields)
        let named = members.filter { SampleScanner.split($0.name) != nil }
        try FuzzViolation.unless(scan.ignored == members.count - named.count, "\(scan.ignored) ignored")
        try FuzzViolation.unless((scan.damage != nil) == isDamaged, "damage: \(scan.damage ?? "none")")
        try FuzzViolation.unless(
            isDamaged ? fields.count <= named.count : fields.count == named.count,
            "\(fields.count) fields of \(named.count) members"
        )
        for (field, member) in zip(fields, named) {
            try FuzzViolation.unless(
                field.offset == member.offset && field.size == member.size,
                "\(field) is not \(member)"
            )
        }
        for sample in scan.samples {
            try FuzzViolation.unless(
                Set(sample.fields.map(\.suffix)).count == sample.fields.count,
                "a suffix of '\(sample.key)' repeats"
            )
        }
    }

    /// What is written as an index reads back equal.
    private static func checkIndex(of scan: ContainerScan, files: FuzzFiles) throws {
        var contents = IndexContents()
        try contents.append(scan, path: "s.tar")
        try contents.append(scan, path: "t.tar")
        let path = "\(files.directory)/written.clipidx"
        try contents.write(to: path)
        let read = try IndexContents(try IndexFile(path))
        try FuzzViolation.unless(
            read.metadata == contents.metadata && read.identities == contents.identities
                && read.fieldStarts == contents.fieldStarts && read.fields == contents.fields
                && read.keyStarts == contents.keyStarts && read.keys == contents.keys
                && read.text == contents.text,
            "the index of \(scan.samples.count) samples differs after reading"
        )
    }
}
