extension Preprocessing {
    /// Reads `preprocess_cfg` and `swift_clip.pixels`; what they do not say is open_clip's default.
    ///
    /// - Parameter isOurs: Whether this library wrote the file. Then pixels of which it says nothing are those of the
    ///   builds that had one way only.
    init(_ root: inout ConfigurationReader, isOurs: Bool) throws {
        self.init()
        if isOurs { pixels = .unstated }
        if root.raw("swift_clip") != nil {
            var own = try root.object("swift_clip")
            pixels = .unstated
            if own.raw("pixels") != nil {
                var reader = try own.object("pixels")
                pixels = try PixelReading(&reader)
            }
        }
        guard root.raw("preprocess_cfg") != nil else { return }
        var reader = try root.object("preprocess_cfg")
        mean = try reader.channels("mean") ?? mean
        deviation = try reader.channels("std") ?? deviation
        if let index = deviation.firstIndex(where: { $0 <= 0 }) {
            throw ModelConfigurationError.value(
                key: reader.name("std"),
                found: "\(deviation[index])",
                expected: "positive numbers"
            )
        }
        // `random` is a matter of training; open_clip evaluates such models with bicubic interpolation.
        if reader.raw("interpolation") as? String != "random" {
            interpolation = try reader.choice("interpolation", default: interpolation)
        }
        resizeMode = try reader.choice("resize_mode", default: resizeMode)
        // The size stands in `vision_cfg`, too, and open_clip takes it from there.
        _ = reader.raw("size")
        try reader.finish(defaults: ["mode": "RGB", "fill_color": "0"])
    }

    /// The `preprocess_cfg` object.
    var json: [String: Any] {
        [
            "mean": mean, "std": deviation, "interpolation": interpolation.rawValue,
            "resize_mode": resizeMode.rawValue,
        ]
    }
}
