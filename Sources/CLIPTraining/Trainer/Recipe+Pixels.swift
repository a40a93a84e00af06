import CLIPModels

// How pictures become pixels: what the recipe says, over what the weights say with which a model starts.

extension Recipe {
    /// How a model takes pictures.
    ///
    /// - Parameter weights: What the weights say; nil for random ones.
    func preprocessing(over weights: Preprocessing?) -> Preprocessing {
        var result = weights ?? Preprocessing(interpolation: augmentation.interpolation ?? .bicubic)
        if preprocess.mean != nil { result.mean = preprocess.meanValues }
        if preprocess.std != nil { result.deviation = preprocess.stdValues }
        result.interpolation = preprocess.interpolation ?? result.interpolation
        result.pixels = result.pixels.changed(by: data.pixelChanges())
        return result
    }

    /// Writes out what the recipe left to the weights.
    mutating func settle(_ preprocessing: Preprocessing) {
        preprocess.mean = preprocess.mean ?? .named(preprocessing.mean) { $0.mean }
        preprocess.std = preprocess.std ?? .named(preprocessing.deviation) { $0.std }
        preprocess.interpolation = preprocess.interpolation ?? preprocessing.interpolation
        augmentation.interpolation = augmentation.interpolation ?? preprocessing.interpolation
        data.alpha = data.alpha ?? preprocessing.pixels.alpha
        data.orientation = data.orientation ?? preprocessing.pixels.orientation
        data.gray16 = data.gray16 ?? preprocessing.pixels.gray16
    }

    /// Writes out what the recipe left open, where another recipe says it.
    mutating func settle(like other: Recipe) {
        preprocess.mean = preprocess.mean ?? other.preprocess.mean
        preprocess.std = preprocess.std ?? other.preprocess.std
        preprocess.interpolation = preprocess.interpolation ?? other.preprocess.interpolation
        augmentation.interpolation = augmentation.interpolation ?? other.augmentation.interpolation
        let pixels = other.data.pixelChanges(under: data.pixelChanges())
        (data.alpha, data.orientation, data.gray16) = (pixels.alpha, pixels.orientation, pixels.gray16)
    }

    /// Where the recipe departs from how the weights were trained, as `data.alpha is white there and drop here`.
    func departures(from weights: Preprocessing) -> [String] {
        func departure<Value: RecipeChoice & Equatable>(_ key: String, _ old: Value, _ new: Value?) -> String?
        {
            guard let new, new != old else { return nil }
            return "\(key) is \(old.rawValue) there and \(new.rawValue) here"
        }
        return [
            departure("preprocess.interpolation", weights.interpolation, preprocess.interpolation),
            departure("augmentation.interpolation", weights.interpolation, augmentation.interpolation),
            departure("data.alpha", weights.pixels.alpha, data.alpha),
            departure("data.orientation", weights.pixels.orientation, data.orientation),
            departure("data.gray16", weights.pixels.gray16, data.gray16),
        ].compactMap(\.self)
    }
}

extension Recipe.Source {
    /// What the recipe says of how files become pixels, with other changes over it.
    func pixelChanges(under others: PixelReading.Changes = .init()) -> PixelReading.Changes {
        PixelReading.Changes(
            alpha: others.alpha ?? alpha,
            orientation: others.orientation ?? orientation,
            gray16: others.gray16 ?? gray16
        )
    }
}

extension ChannelStatistics {
    /// Values by the name of the preset that has them, where one has.
    fileprivate static func named(_ values: [Double], of statistic: (Preset) -> [Double]) -> ChannelStatistics
    {
        Preset.allCases.first { statistic($0) == values }.map { .preset($0) }
            ?? .custom(values[0], values[1], values[2])
    }
}
