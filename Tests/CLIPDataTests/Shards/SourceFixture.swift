import Foundation

@testable import CLIPData

/// The same samples as a source of each kind: `count` pictures with the captions `caption 0` and so on.
struct SourceFixture {
    enum Kind: String, CaseIterable, Sendable { case tar, csv, keyedTable, jsonl, folder }

    let directory: TestDirectory
    let kind: Kind

    init(_ kind: Kind, in directory: TestDirectory) {
        self.kind = kind
        self.directory = directory
    }

    /// The path below the directory.
    var name: String {
        switch kind {
        case .tar: "d/s.tar"
        case .csv: "d/l.csv"
        case .keyedTable: "d/k.tsv"
        case .jsonl: "d/l.jsonl"
        case .folder: "d/pictures"
        }
    }

    var path: String { "\(directory.path)/\(name)" }

    /// Where its index is to lie, below the directory.
    var indexName: String {
        switch kind {
        case .tar: "d/index.clipidx"
        case .folder: "d/pictures/index.clipidx"
        case .csv, .keyedTable, .jsonl: "\(name).clipidx"
        }
    }

    /// The field of the captions.
    var caption: String { "txt" }

    /// Writes the source; its time is `seconds` after 1970.
    func write(_ samples: [Int], seconds: Double = 1000, caption: (Int) -> String = { "caption \($0)" })
        throws
    {
        let file: String
        switch kind {
        case .tar:
            var tar = TestTar()
            for sample in samples {
                tar.add("s\(sample).jpg", "\(sample)")
                tar.add("s\(sample).txt", caption(sample))
            }
            try directory.write(tar.closed, name)
            return try directory.touch(name, at: seconds)
        case .csv:
            file = "image,caption\n" + samples.map { "p/\($0).jpg,\(caption($0))\n" }.joined()
        case .keyedTable:
            file = "image\tkey\tcaption\n" + samples.map { "p/\($0).jpg\ts\($0)\t\(caption($0))\n" }.joined()
        case .jsonl:
            file = samples.map {
                "{\"image\": \"p/\($0).jpg\", \"key\": \"s\($0)\", \"caption\": \"\(caption($0))\"}\n"
            }
            .joined()
        case .folder:
            if directory.exists(name) {
                for old in try FileManager.default.contentsOfDirectory(atPath: path)
                where !old.hasSuffix("clipidx") {
                    try directory.remove("\(name)/\(old)")
                }
            }
            for sample in samples {
                let files = [("jpg", "\(sample)"), ("txt", caption(sample))]
                for (suffix, content) in files {
                    try directory.write(Array(content.utf8), "\(name)/s\(sample).\(suffix)")
                    try directory.touch("\(name)/s\(sample).\(suffix)", at: seconds)
                }
            }
            return
        }
        try directory.write(Array(file.utf8), name)
        try directory.touch(name, at: seconds)
        for sample in samples { try directory.write(Array("\(sample)".utf8), "d/p/\(sample).jpg") }
    }

    func open(verifies: Bool = false) throws -> ShardDataset {
        try ShardDataset.open([path], options: IndexOptions(verifies: verifies))
    }
}

extension ShardDataset {
    /// Ordinal, picture and caption of each sample, in order.
    func rows() throws -> [String] {
        try (0..<count).map {
            "\(ordinal(at: $0)): \(try field("jpg", at: $0)?.text ?? "-") \(try field("txt", at: $0)?.text ?? "-")"
        }
    }
}
