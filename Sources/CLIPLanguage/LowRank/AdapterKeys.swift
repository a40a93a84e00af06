/// The names of an adapter's tensors, taken apart.
struct AdapterKeys {
    /// The names of the two matrices of each linear layer, by the layer's name in Hugging Face's layout of a model with a head.
    private(set) var modules: [String: (down: String?, up: String?)] = [:]
    /// Whether the file's names have no `model.` before `layers`.
    private let isShort: Bool

    /// Takes names apart.
    ///
    /// - Throws: ``LowRankError`` that lists what is no matrix of a pair.
    init(_ keys: [String], _ path: String) throws {
        let parsed = keys.map { (key: $0, found: Self.parse($0)) }
        let names = parsed.compactMap(\.found?.module)
        let isShort = !names.isEmpty && names.allSatisfy { $0.hasPrefix("layers.") }
        var unknown: [String] = []
        for (key, found) in parsed {
            guard let found else {
                unknown.append(key)
                continue
            }
            let module = isShort ? "model.\(found.module)" : found.module
            var pair = modules[module] ?? (nil, nil)
            switch found.side {
            case .down where pair.down == nil: pair.down = key
            case .up where pair.up == nil: pair.up = key
            // A second matrix of the same layer, of another adapter.
            default: unknown.append(key)
            }
            modules[module] = pair
        }
        self.isShort = isShort
        guard unknown.isEmpty else { throw LowRankError(path, .keys(unknown.sorted())) }
    }

    /// The parts of `base_model.model.<module>.lora_A[.<adapter>].weight`.
    private static func parse(_ key: String) -> (module: String, side: LowRankAdapter.Side)? {
        let start = "base_model.model."
        var parts = key.split(separator: ".", omittingEmptySubsequences: false)
        guard key.hasPrefix(start), parts.popLast() == "weight", let last = parts.popLast() else {
            return nil
        }
        var side = LowRankAdapter.Side(rawValue: String(last))
        if side == nil, let before = parts.popLast() { side = LowRankAdapter.Side(rawValue: String(before)) }
        guard let side, parts.count > 2 else { return nil }
        return (parts.dropFirst(2).joined(separator: "."), side)
    }

    /// Compares the layers with those that the settings choose of a model.
    func check(
        _ settings: AdapterSettings,
        _ configuration: LanguageModelConfiguration,
        _ path: String
    ) throws {
        let chosen = configuration.projections.filter {
            settings.changes(isShort ? String($0.name.dropFirst("model.".count)) : $0.name, layer: $0.layer)
        }
        let whole = modules.filter { $0.value.down != nil && $0.value.up != nil }
        let missing = chosen.map(\.name).filter { whole[$0] == nil }
        let expected = Set(chosen.map(\.name))
        let surplus = modules.keys.filter { !expected.contains($0) }.sorted()
        guard !missing.isEmpty || !surplus.isEmpty else { return }
        let layers = Set(modules.keys.compactMap(Self.layer))
        let wanted = Set(chosen.map(\.layer))
        // All blocks from the first on, but not as many: a model of another depth.
        if layers.count != wanted.count, layers == Set(0..<layers.count),
            wanted == Set(0..<configuration.layers)
        {
            throw LowRankError(
                path,
                .layers(found: layers.count, expected: configuration.layers, base: settings.base)
            )
        }
        throw LowRankError(path, .modules(missing: missing, surplus: surplus, base: settings.base))
    }

    private static func layer(_ module: String) -> Int? {
        let parts = module.split(separator: ".")
        return parts.count > 2 && parts[1] == "layers" ? Int(parts[2]) : nil
    }
}
