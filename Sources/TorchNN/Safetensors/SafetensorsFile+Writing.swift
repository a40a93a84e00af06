import Foundation
public import Torch

extension SafetensorsFile {
    /// Writes tensors whole or not at all: a temporary file beside the target is filled, synchronised and renamed.
    ///
    /// Equal input gives equal bytes: tensors are ordered by falling element size, then by name, which also
    /// aligns each of them. One tensor at a time is brought to the CPU.
    /// - Throws: ``SafetensorsError``; the previous file is then untouched.
    public static func write(
        _ tensors: [String: Tensor],
        metadata: [String: String] = [:],
        to path: String
    ) throws {
        let ordered = tensors.map { (name: $0.key, tensor: $0.value, size: $0.value.dtype.byteCount) }
            .sorted { ($1.size, $0.name) < ($0.size, $1.name) }
        let target = URL(fileURLWithPath: path)
        let part = target.deletingLastPathComponent()
            .appending(path: ".\(target.lastPathComponent).\(getpid()).partial")
        do {
            guard tensors["__metadata__"] == nil else {
                throw SafetensorsError.Problem.duplicate("__metadata__")
            }
            let output = try OutputFile(path: part.path)
            try output.write(header(ordered.map { ($0.name, $0.tensor) }, metadata))
            for (_, tensor, _) in ordered where tensor.count > 0 {
                let source = try withoutGradient { try tensor.detached().to(.cpu).contiguous() }
                try source.withUnsafeBytes { try output.write(UnsafeRawBufferPointer($0)) }
            }
            try output.finish(as: target)
        } catch let problem as SafetensorsError.Problem {
            unlink(part.path)
            throw SafetensorsError(path: path, problem: problem)
        } catch {
            unlink(part.path)
            throw error
        }
    }

    /// Length, JSON, and spaces up to a multiple of 8.
    private static func header(
        _ tensors: [(name: String, tensor: Tensor)],
        _ metadata: [String: String]
    ) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var members: [String] = []
        if !metadata.isEmpty {
            members.append(
                "\"__metadata__\":" + String(decoding: try encoder.encode(metadata), as: UTF8.self)
            )
        }
        var offset = 0
        for (name, tensor) in tensors {
            let key = String(decoding: try encoder.encode(name), as: UTF8.self)
            let shape = tensor.shape
            let end = offset + shape.reduce(tensor.dtype.byteCount, *)
            members.append(
                "\(key):{\"dtype\":\"\(SafetensorsType(tensor.dtype).rawValue)\","
                    + "\"shape\":[\(shape.map(String.init).joined(separator: ","))],"
                    + "\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var json = Data("{\(members.joined(separator: ","))}".utf8)
        json.append(Data(repeating: 0x20, count: (8 - json.count % 8) % 8))
        guard json.count <= SafetensorsHeader.lengthLimit else {
            throw SafetensorsError.Problem.headerLength(
                found: UInt64(json.count),
                limit: SafetensorsHeader.lengthLimit
            )
        }
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
    }
}
