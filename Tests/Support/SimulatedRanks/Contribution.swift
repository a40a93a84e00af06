import Torch

/// A rank's part of one exchange: plain values, which any thread may read.
struct Contribution: Sendable {
    /// What must be equal on all ranks.
    struct Form: Sendable, Equatable, CustomStringConvertible {
        enum Kind: String { case gather, sum, gatherNumbers }

        var kind: Kind
        var shape: [Int]
        var dtype: DType

        var description: String {
            kind == .gatherNumbers ? "gather of \(shape[0]) numbers" : "\(kind.rawValue) of \(shape) \(dtype)"
        }
    }

    let form: Form
    private let bytes: [UInt8]
    let numbers: [Int64]

    init(_ kind: Form.Kind, _ tensor: Tensor) throws {
        form = Form(kind: kind, shape: tensor.shape, dtype: tensor.dtype)
        let size = tensor.count * tensor.dtype.byteCount
        let source = try tensor.detached()
        bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            try source.copyBytes(
                to: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size])
            )
            count = size
        }
        numbers = []
    }

    init(_ numbers: [Int64]) {
        form = Form(kind: .gatherNumbers, shape: [numbers.count], dtype: .int64)
        bytes = []
        self.numbers = numbers
    }

    /// A tensor of its own for the thread that calls.
    func tensor(on device: Device) throws -> Tensor {
        try bytes.withUnsafeBytes {
            try Tensor.copying(bytes: $0, shape: form.shape, dtype: form.dtype, on: device)
        }
    }
}
