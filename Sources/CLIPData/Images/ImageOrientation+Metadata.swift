extension ImageOrientation {
    /// The orientation that an encoded picture asks for: that of its EXIF data, or where these have none that of its
    /// XMP data, as Pillow looks for it.
    ///
    /// nil where a JPEG, PNG or WebP says nothing, or nothing that can be understood, and for other formats. Compressed
    /// XMP data of PNG is not read.
    public init?(of bytes: UnsafeRawBufferPointer) {
        let metadata = ImageMetadata(of: bytes)
        // A value that is no orientation stands for none, whatever XMP says.
        if let stated = metadata.exif.flatMap(Self.exifValue) {
            self.init(rawValue: stated)
        } else if let stated = metadata.xmp.flatMap(Self.xmpValue) {
            self.init(rawValue: stated)
        } else {
            return nil
        }
    }

    /// The number under EXIF's tag 0x0112, which lies in the first directory of a TIFF file.
    private static func exifValue(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var tiff = BoundedBytes(bytes)
        // Some programs write the prefix twice.
        for _ in 0..<2 where tiff.starts(with: "Exif\0\0") { tiff = tiff.dropping(6) }
        if tiff.starts(with: "II") {
            tiff.isLittleEndian = true
        } else if !tiff.starts(with: "MM") {
            return nil
        }
        guard let magic = tiff.uint16(at: 2), magic == 42 || magic == 42 << 8, let start = tiff.uint32(at: 4),
            let count = tiff.uint16(at: start)
        else { return nil }
        var value: Int?
        for entry in 0..<count {
            let place = start + 2 + 12 * entry
            guard let tag = tiff.uint16(at: place) else { break }
            guard tag == 0x0112, let type = tiff.uint16(at: place + 2), tiff.uint32(at: place + 4) == 1 else {
                continue
            }
            switch type {
            case 3, 8: value = tiff.uint16(at: place + 8)
            case 4, 9: value = tiff.uint32(at: place + 8)
            default: continue
            }
        }
        return value
    }

    /// The digit behind `tiff:Orientation="` or `tiff:Orientation>`.
    private static func xmpValue(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let text = BoundedBytes(bytes)
        let name = "tiff:Orientation"
        var place = 0
        while let found = text.place(of: name, from: place) {
            place = found + name.utf8.count
            let rest = text.dropping(place)
            let digit =
                rest.starts(with: "=\"") ? rest.byte(at: 2) : rest.starts(with: ">") ? rest.byte(at: 1) : nil
            if let digit, (0x30...0x39).contains(digit) { return digit - 0x30 }
        }
        return nil
    }
}

/// Where EXIF and XMP data lie in a compressed picture.
private struct ImageMetadata {
    var exif, xmp: UnsafeRawBufferPointer?

    init(of bytes: UnsafeRawBufferPointer) {
        let file = BoundedBytes(bytes)
        if file.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            readPNG(file)
        } else if file.starts(with: [0xFF, 0xD8]) {
            readJPEG(file)
        } else if file.starts(with: "RIFF"), file.dropping(8).starts(with: "WEBP") {
            readWebP(file)
        }
    }

    /// Segments up to the first scan.
    private mutating func readJPEG(_ file: BoundedBytes) {
        let xmpName = "http://ns.adobe.com/xap/1.0/\0"
        var place = 2
        while let mark = file.byte(at: place), let kind = file.byte(at: place + 1) {
            // Bytes between segments are passed over, as decoders do.
            guard mark == 0xFF, kind != 0xFF, kind != 0 else {
                place += 1
                continue
            }
            if kind == 0xDA || kind == 0xD9 { return }
            if kind == 0x01 || (0xD0...0xD8).contains(kind) {
                place += 2
                continue
            }
            guard let length = file.uint16(at: place + 2), length >= 2 else { return }
            if kind == 0xE1, let content = file.slice(place + 4, length - 2) {
                let segment = BoundedBytes(content)
                if exif == nil, segment.starts(with: "Exif\0\0") { exif = content }
                if segment.starts(with: xmpName) { xmp = segment.dropping(xmpName.utf8.count).bytes }
            }
            place += 2 + length
        }
    }

    /// All chunks: the data may follow the pixels.
    private mutating func readPNG(_ file: BoundedBytes) {
        var place = 8
        while let length = file.uint32(at: place), let content = file.slice(place + 8, length) {
            let chunk = file.dropping(place + 4)
            if chunk.starts(with: "eXIf") { exif = content }
            // Keyword, compression flag 0 and method.
            if chunk.starts(with: "iTXtXML:com.adobe.xmp\0\0") { xmp = content }
            if chunk.starts(with: "IEND") { return }
            place += 12 + length
        }
    }

    private mutating func readWebP(_ file: BoundedBytes) {
        var riff = file
        riff.isLittleEndian = true
        var place = 12
        while let length = riff.uint32(at: place + 4), let content = riff.slice(place + 8, length) {
            let chunk = riff.dropping(place)
            if exif == nil, chunk.starts(with: "EXIF") { exif = content }
            if xmp == nil, chunk.starts(with: "XMP ") { xmp = content }
            place += 8 + length + length % 2
        }
    }
}

/// Bytes of an untrusted file; what lies outside is nil.
private struct BoundedBytes {
    let bytes: UnsafeRawBufferPointer
    var isLittleEndian = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func byte(at place: Int) -> Int? { bytes.indices.contains(place) ? Int(bytes[place]) : nil }

    func uint16(at place: Int) -> Int? {
        guard let first = byte(at: place), let second = byte(at: place + 1) else { return nil }
        return isLittleEndian ? second << 8 | first : first << 8 | second
    }

    func uint32(at place: Int) -> Int? {
        guard let first = uint16(at: place), let second = uint16(at: place + 2) else { return nil }
        return isLittleEndian ? second << 16 | first : first << 16 | second
    }

    func slice(_ place: Int, _ count: Int) -> UnsafeRawBufferPointer? {
        guard place >= 0, count >= 0, place <= bytes.count, count <= bytes.count - place else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    func dropping(_ count: Int) -> BoundedBytes {
        var rest = BoundedBytes(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(count)))
        rest.isLittleEndian = isLittleEndian
        return rest
    }

    func starts(with prefix: String) -> Bool { starts(with: Array(prefix.utf8)) }

    func starts(with prefix: [UInt8]) -> Bool { bytes.starts(with: prefix) }

    func place(of text: String, from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        return (start..<max(start, bytes.count - wanted.count + 1)).first { place in
            bytes[place] == wanted[0] && bytes[place..<place + wanted.count].elementsEqual(wanted)
        }
    }
}
