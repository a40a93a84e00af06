import Foundation
import Torch

extension CheckpointDirectory {
    /// The folder of a self-contained checkpoint's language model.
    static let languageFolder = "language"

    /// Writes the model to another directory, whole or not at all; the target must not hold anything yet.
    ///
    /// - Parameters:
    ///   - target: The directory to write. The manifest of a run's checkpoint stays behind.
    ///   - language: Where the language model that the checkpoint names lies by now, relative paths counting from the working
    ///     directory; nil for where it says. It is opened, and what is written is absolute.
    ///   - isSelfContained: Whether the language model's files, its tokenizer and its adapter are copied into it.
    /// - Throws: ``CheckpointError``; ``LanguageReferenceError`` for a checkpoint that names no language model, and for one that is
    ///   not there or another one.
    public func copy(to target: String, language: LanguageReference? = nil, isSelfContained: Bool = false)
        throws
    {
        var configuration = configuration
        var copies: [String: String] = [:]
        if var adapter = configuration.text as? AdapterTextConfiguration,
            var named = (language ?? adapter.language?.located(in: path))?.standardized
        {
            _ = try named.encoder()
            if isSelfContained {
                (named, copies) = try named.contained(in: Self.languageFolder)
            }
            adapter.language = named
            configuration.text = adapter
        } else if isSelfContained {
            throw LanguageReferenceError.unnamed(checkpoint: path)
        }
        try Self.write(
            tensors(),
            configuration: configuration,
            preprocessing: preprocessing,
            tokenizerFiles: tokenizerFiles(),
            copies: copies,
            to: target
        )
    }
}

extension LanguageReference {
    /// The same with paths from the root, whatever the working directory is later.
    fileprivate var standardized: LanguageReference {
        func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
        var reference = self
        (reference.path, reference.adapter) = (absolute(path), adapter.map(absolute))
        return reference
    }

    /// The same with its files in a folder: relative paths, and which files have to be copied there, by their places.
    func contained(in folder: String) throws -> (reference: LanguageReference, copies: [String: String]) {
        var (inside, copies) = (self, [String: String]())
        func add(_ file: String, to folder: String) -> String {
            let place = "\(folder)/\(URL(fileURLWithPath: file).lastPathComponent)"
            copies[place] = file
            return place
        }
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        if isDirectory.boolValue {
            for name in CheckpointDirectory.names(in: path)
            where name.hasSuffix(".json") || name.hasSuffix(".safetensors") {
                _ = add("\(path)/\(name)", to: folder)
            }
            inside.path = folder
        } else {
            inside.path = add(path, to: folder)
        }
        if let adapter {
            let place = "\(folder)/adapter"
            for name in CheckpointDirectory.names(in: adapter) where name.hasPrefix("adapter_") {
                _ = add("\(adapter)/\(name)", to: place)
            }
            inside.adapter = place
        }
        return (inside, copies)
    }
}
