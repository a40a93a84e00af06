import Torch
import TorchNN

/// Texts that grow by one token a pass, with the cache of what the model has read of them.
struct GrowingTexts {
    private let prompts: [TextGenerator.Prompt]
    private let limits: [Int]
    private let cache: KeyValueCache
    /// The texts that have not ended, in the order of their rows.
    private(set) var active: [Int]
    /// The texts in the order in which the cache holds them.
    private var held: [Int]
    /// The new tokens of each text.
    private(set) var results: [[Int32]]

    init(_ prompts: [TextGenerator.Prompt], maximumNewTokens: Int, model: LanguageModel) throws {
        let configuration = model.configuration
        guard prompts.allSatisfy({ !$0.ids.isEmpty }) else {
            throw LanguageModelError.value(
                path: model.path,
                key: "prompt",
                found: "empty",
                expected: "at least one id"
            )
        }
        let longest = prompts.map(\.ids.count).max() ?? 0
        guard longest <= configuration.contextLength else {
            throw LanguageModelError.tooLong(
                path: model.path,
                tokens: longest,
                limit: configuration.contextLength
            )
        }
        self.prompts = prompts
        limits = prompts.map { min(maximumNewTokens, configuration.contextLength - $0.ids.count) }
        cache = try KeyValueCache(
            configuration,
            texts: prompts.count,
            // The sum itself may not fit: a caller may ask for as many tokens as there are numbers.
            capacity: longest + min(maximumNewTokens, configuration.contextLength - longest),
            dtype: model.computeType,
            on: model.device
        )
        active = Array(prompts.indices)
        held = active
        results = prompts.map { _ in [] }
    }

    /// What keys the draw of a text's next token.
    func key(of text: Int) -> (text: UInt64, position: Int) { (prompts[text].number, results[text].count) }

    /// Reads the prompts; the states of their last rows `[texts, W]`.
    func begin(_ model: LanguageModel) throws -> Tensor {
        let device = model.device
        let sequences = try PackedSequences(lengths: prompts.map(\.ids.count), on: device)
        let rows = prompts.indices.flatMap { text in
            prompts[text].ids.indices.map { (text: text, position: $0) }
        }
        let (cosine, sine) = try model.angles(at: rows.map { Int64($0.position) }, longest: sequences.longest)
        let attention = CachingAttention(
            packed: PackedAttention(
                sequences: sequences,
                cosine: cosine,
                sine: sine,
                heads: model.configuration.heads,
                groups: model.configuration.keyValueHeads,
                isCausal: true
            ),
            cache: cache,
            places: try cache.places(rows, on: device)
        )
        let states = try model.hiddenStates(
            of: Tensor(prompts.flatMap { $0.ids.map(Int64.init) }, on: device),
            DecoderPass(attention: attention, dtype: model.computeType)
        )
        var last: [Int64] = []
        for prompt in prompts { last.append((last.last ?? -1) + Int64(prompt.ids.count)) }
        return try states.indexSelect(Tensor(last, on: device))
    }

    /// Adds a token to each active text; false where all have ended.
    mutating func append(_ tokens: [Int32], ends: Set<Int32>, on device: Device) throws -> Bool {
        for (text, token) in zip(active, tokens) where limits[text] > 0 && !ends.contains(token) {
            results[text].append(token)
        }
        active = zip(active, tokens).filter { text, token in
            !ends.contains(token) && results[text].count < limits[text]
        }
        .map(\.0)
        // Rows of texts that ended are computed no longer.
        if !active.isEmpty, active.count < held.count {
            let rows = active.compactMap { held.firstIndex(of: $0) }
            try cache.keep(rows, on: device)
            held = active
        }
        return !active.isEmpty
    }

    /// Reads the newest token of each active text; the states of these rows.
    func advance(_ model: LanguageModel) throws -> Tensor {
        let device = model.device
        let positions = active.map { prompts[$0].ids.count + results[$0].count - 1 }
        let longest = (positions.max() ?? 0) + 1
        let (cosine, sine) = try model.angles(at: positions.map(Int64.init), longest: longest)
        let newest = active.map { Int64(results[$0].last ?? 0) }
        let last = try Tensor(positions.map(Int64.init), shape: [active.count, 1, 1], on: device)
        let attention = CachedAttention(
            cache: cache,
            places: try cache.places(positions.enumerated().map { (text: $0, position: $1) }, on: device),
            cosine: cosine,
            sine: sine,
            heads: model.configuration.heads,
            groups: model.configuration.keyValueHeads,
            longest: longest,
            isUnused: try Tensor.arange(0..<longest, on: device).reshaped([1, 1, longest]) .> last
        )
        return try model.hiddenStates(
            of: Tensor(newest, on: device),
            DecoderPass(attention: attention, dtype: model.computeType)
        )
    }
}
