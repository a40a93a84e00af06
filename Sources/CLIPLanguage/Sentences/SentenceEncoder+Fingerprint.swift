package import CLIPText
import Crypto
import Foundation
import LocalFiles
import Torch

extension SentenceEncoder {
    /// SHA-256 over the weights' files, the adapter, the tokenizer, the end token and the encoding: equal exactly where vectors are,
    /// but for the rounding of ``LanguageModel/computeType`` and of what a GGUF file's blocks are decoded to. Names and places of files
    /// do not count.
    public func fingerprint() throws -> String {
        var hash = SHA256()
        hash.update(data: Data("swift-clip sentence encoder 2\n".utf8))
        for file in model.weightFiles { try hash.update(data: LanguageFiles.digest(of: file)) }
        if let adapter = model.adapter { try hash.update(data: adapter.digest()) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try hash.update(data: encoder.encode(encoding))
        hash.update(data: Data(tokenizer.fingerprint.utf8))
        // It may be named in files that are not hashed, such as generation_config.json.
        hash.update(
            data: Data("end \(model.configuration.endTokens.first.map(String.init) ?? "none")\n".utf8)
        )
        return hash.finalize().map { UInt64($0).hexadecimal.suffix(2) }.joined()
    }
}

extension LanguageModelSource {
    /// SHA-256 over the weights' files, the tokenizer and the end token, in hexadecimal digits: what an adapter is trained on. Names and places of
    /// files do not count.
    package func fingerprint(_ tokenizer: ByteLevelTokenizer) throws -> String {
        var hash = SHA256()
        hash.update(data: Data("swift-clip language model 1\n".utf8))
        for file in weightFiles { try hash.update(data: LanguageFiles.digest(of: file)) }
        hash.update(data: Data(tokenizer.fingerprint.utf8))
        hash.update(data: Data("end \(configuration.endTokens.first.map(String.init) ?? "none")\n".utf8))
        return hash.finalize().map { UInt64($0).hexadecimal.suffix(2) }.joined()
    }
}

private enum LanguageFiles {
    static func digest(of file: String) throws -> Data {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            defer { try? handle.close() }
            var hash = SHA256()
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
            return Data(hash.finalize())
        } catch {
            throw LanguageModelError.unreadable(path: file, reason: SystemReason.text(of: error))
        }
    }
}

extension LowRankAdapter {
    /// Of all that decides over the change, which dropout does not.
    fileprivate func digest() throws -> Data {
        var hash = SHA256()
        hash.update(data: Data("adapter \(options.rank) \(options.scale)\n".utf8))
        for (name, pair) in pairs.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Data("\(name)\n".utf8))
            for tensor in [pair.down, pair.up] {
                let values = try withoutGradient { try tensor.detached().to(.float32, on: .cpu).contiguous() }
                try values.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
            }
        }
        return Data(hash.finalize())
    }
}
