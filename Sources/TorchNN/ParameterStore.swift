public import Torch

/// The parameters of a model, by name, in the order in which its layers asked for them.
///
/// A layer's constructor asks the store for each parameter under an explicit key; the store makes it, either
/// freshly initialised or from given tensors. A name that is asked for twice is an error.
public final class ParameterStore {
    /// Where the values of parameters come from.
    public enum Source {
        /// Fresh values; each parameter has a generator keyed by the seed and its name, so that no value
        /// depends on the order of construction.
        case initialize(seed: UInt64)
        /// Values by name, for example a checkpoint's. A missing name or another shape is an error.
        case tensors([String: Tensor])
        /// Whatever the memory holds, which is not touched: for a model of which names and shapes are wanted.
        case unset
    }

    /// One named parameter.
    public struct Entry {
        /// The name in checkpoints, for example `visual.ln_pre.weight`.
        public let name: String
        /// The values; optimisers write them in place.
        public let tensor: Tensor
        /// False for buffers, which are saved but not trained. A frozen parameter stays trainable.
        public let isTrainable: Bool
        /// Whether it is a parameter that is not frozen.
        public var isTrained: Bool { isTrainable && tensor.requiresGradient }
    }

    /// The parameters and buffers in construction order.
    public private(set) var entries: [Entry] = []
    /// Where the parameters lie.
    public let device: Device
    /// The type of the parameters, unless ``init(_:on:dtype:type:)`` was given another for one.
    public let dtype: DType
    private var source: Source
    private let type: (_ name: String, _ rank: Int) -> DType?
    private var positions: [String: Int] = [:]
    /// Whether first values are drawn for a name.
    private var isDrawn: (_ name: String) -> Bool = { _ in true }

    /// Creates an empty store.
    ///
    /// - Parameter type: The type of a parameter by its name and rank; nil for `dtype`. Values that a narrower type
    ///   cannot hold are rounded to nearest.
    public init(
        _ source: Source,
        on device: Device = .cpu,
        dtype: DType = .float32,
        type: @escaping (_ name: String, _ rank: Int) -> DType? = { _, _ in nil }
    ) {
        self.source = source
        self.device = device
        self.dtype = dtype
        self.type = type
    }

    /// A store that draws the first values of some names only. All others hold whatever their memory held and are not to
    /// be read: what they cost is their addresses.
    package convenience init(seed: UInt64, drawingOnly names: Set<String>) {
        self.init(.initialize(seed: seed))
        isDrawn = names.contains
    }

    /// Lets go of the tensors from which the parameters were made, such as a file's or another model's: call it when the
    /// model is complete. A name that is asked for afterwards is missing.
    public func releaseSource() {
        if case .tensors = source { source = .tensors([:]) }
    }

    /// The path from which names start.
    public var root: ParameterPath { ParameterPath(store: self, prefix: "") }

    /// The tensor of a name, if there is one.
    public subscript(name: String) -> Tensor? { positions[name].map { entries[$0].tensor } }

    /// The parameters, frozen ones among them: all entries but the buffers.
    public var trainable: [Entry] { entries.filter(\.isTrainable) }

    /// The parameters that are not frozen, for which backward passes compute gradients.
    public var trained: [Entry] { entries.filter(\.isTrained) }

    /// The number of values of all parameters.
    public var parameterCount: Int { trainable.reduce(0) { $0 + $1.tensor.count } }

    /// Freezes the parameters whose names are chosen; the others stay as they are.
    ///
    /// A frozen parameter requires no gradient, and the one that it may hold is dropped. What depends on frozen
    /// parameters alone builds no graph, so that neither time nor memory goes into gradients of it.
    public func freeze(where isChosen: (_ name: String) -> Bool) throws {
        for entry in trainable where isChosen(entry.name) {
            try entry.tensor.setRequiresGradient(false)
            try entry.tensor.setGradient(nil)
        }
    }

    /// Trains the parameters whose names are chosen; the others stay as they are.
    public func unfreeze(where isChosen: (_ name: String) -> Bool) throws {
        for entry in trainable where isChosen(entry.name) { try entry.tensor.setRequiresGradient(true) }
    }

    func parameter(_ name: String, shape: [Int], _ initializer: Initializer, trainable: Bool) throws -> Tensor
    {
        guard positions[name] == nil else { throw ParameterError.duplicate(name) }
        // A buffer keeps its type: sums of many batches want all their digits.
        let dtype = (trainable ? type(name, shape.count) : nil) ?? self.dtype
        let tensor = try value(of: name, shape: shape, dtype, initializer)
        if trainable { try tensor.setRequiresGradient(true) }
        positions[name] = entries.count
        entries.append(Entry(name: name, tensor: tensor, isTrainable: trainable))
        return tensor
    }

    private func value(
        of name: String,
        shape: [Int],
        _ dtype: DType,
        _ initializer: Initializer
    ) throws -> Tensor {
        switch source {
        case .initialize(let seed):
            // Drawn in float32 on the CPU, so that every device and type starts from the same numbers.
            let tensor = try Tensor.empty(shape)
            guard isDrawn(name) else { return tensor }
            try initializer.fill(tensor, generator: RandomGenerator(seed: Self.seed(seed, for: name)))
            return try tensor.to(dtype, on: device)
        case .unset: return try .empty(shape, dtype: dtype, on: device)
        case .tensors(let tensors):
            guard let given = tensors[name] else { throw ParameterError.missing(name, expected: shape) }
            guard given.shape == shape else {
                throw ParameterError.shape(name, found: given.shape, expected: shape)
            }
            // A copy: training must not write into memory that belongs to a file or to another model.
            return try withoutGradient { try given.detached().to(dtype, on: device).cloned() }
        }
    }

    /// FNV-1a of the name, started from the seed.
    private static func seed(_ seed: UInt64, for name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ (seed &* 0x9E37_79B9_7F4A_7C15)) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
    }
}
