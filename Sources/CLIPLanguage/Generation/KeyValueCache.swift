import Torch
import TorchNN

/// Rotated keys, and values, of all positions so far, for each block and text.
final class KeyValueCache {
    /// By block, `[texts · groups · capacity, D]`.
    private var keys, values: [Tensor]
    private let configuration: LanguageModelConfiguration
    private let capacity: Int
    private var texts: Int

    init(
        _ configuration: LanguageModelConfiguration,
        texts: Int,
        capacity: Int,
        dtype: DType,
        on device: Device
    ) throws {
        self.configuration = configuration
        self.capacity = capacity
        self.texts = texts
        let shape = [texts * configuration.keyValueHeads * capacity, configuration.headWidth]
        keys = try (0..<configuration.layers).map { _ in try .zeros(shape, dtype: dtype, on: device) }
        values = try (0..<configuration.layers).map { _ in try .zeros(shape, dtype: dtype, on: device) }
    }

    /// Where the rows of the given texts and positions lie, int64.
    func places(_ rows: [(text: Int, position: Int)], on device: Device) throws -> Tensor {
        let groups = configuration.keyValueHeads
        return try Tensor(
            rows.flatMap { row in
                (0..<groups).map { Int64((row.text * groups + $0) * capacity + row.position) }
            },
            on: device
        )
    }

    /// Keeps `[T, groups · D]` at ``places(_:on:)``.
    func write(_ key: Tensor, _ value: Tensor, at places: Tensor, block: Int) throws {
        let shape = [-1, configuration.headWidth]
        try keys[block].copy(from: key.reshaped(shape), at: places)
        try values[block].copy(from: value.reshaped(shape), at: places)
    }

    /// The first positions of all texts, each `[texts · groups, count, D]`.
    func read(block: Int, count: Int) throws -> (keys: Tensor, values: Tensor) {
        let shape = [texts * configuration.keyValueHeads, capacity, configuration.headWidth]
        return (
            try keys[block].reshaped(shape).slice(0..<count, dim: 1),
            try values[block].reshaped(shape).slice(0..<count, dim: 1)
        )
    }

    /// Forgets all texts but the given ones, which are renumbered in this order.
    func keep(_ kept: [Int], on device: Device) throws {
        let chosen = try Tensor(kept.map(Int64.init), on: device)
        let flat = [-1, configuration.headWidth]
        for block in keys.indices {
            keys[block] = try keys[block].reshaped([texts, -1]).indexSelect(chosen).reshaped(flat)
            values[block] = try values[block].reshaped([texts, -1]).indexSelect(chosen).reshaped(flat)
        }
        texts = kept.count
    }
}

/// Whole prompts see themselves, and leave their keys and values in the cache.
struct CachingAttention: DecoderAttention {
    let packed: PackedAttention
    let cache: KeyValueCache
    let places: Tensor

    func attend(query: Tensor, key: Tensor, value: Tensor, block: Int) throws -> Tensor {
        let rotated = try key.rotated(cosine: packed.cosine, sine: packed.sine, heads: packed.groups)
        try cache.write(rotated, value, at: places, block: block)
        return try packed.attend(query: query, key: key, value: value, block: block)
    }
}

/// One new row of each text sees what the cache holds of it, and itself.
struct CachedAttention: DecoderAttention {
    let cache: KeyValueCache
    let places: Tensor
    let cosine, sine: Tensor
    let heads, groups: Int
    /// The most positions of a text, the new one included.
    let longest: Int
    /// True where a text has no such position, `[texts, 1, longest]`.
    let isUnused: Tensor

    func attend(query: Tensor, key: Tensor, value: Tensor, block: Int) throws -> Tensor {
        let texts = query.size(0), width = query.size(1) / heads
        let query = try query.rotated(cosine: cosine, sine: sine, heads: heads)
        try cache.write(
            key.rotated(cosine: cosine, sine: sine, heads: groups),
            value,
            at: places,
            block: block
        )
        let (keys, values) = try cache.read(block: block, count: longest)
        let scores = try query.reshaped([texts * groups, heads / groups, width]).matmul(keys.transposed())
        let shares = try (scores.to(.float32) * (1 / Double(width).squareRoot()))
            .reshaped([texts, heads, longest])
            .filled(with: -.infinity, where: isUnused)
            .softmax(dim: -1)
            .to(query.dtype)
        return try shares.reshaped([texts * groups, heads / groups, longest]).matmul(values)
            .reshaped([texts, heads * width])
    }
}
