public import Foundation
import Torch

extension ModelConfiguration {
    /// Reads a `model_cfg` object, or an object that holds one and, where open_clip has no words, `swift_clip`.
    ///
    /// - Throws: ``ModelConfigurationError`` that names the key which is missing, malformed or not supported.
    public init(json data: Data) throws {
        try self.init(ConfigurationReader.parse(data))
    }

    /// Reads one of the two forms.
    init(_ object: [String: Any]) throws {
        var reader = ConfigurationReader(object, path: "")
        if object["model_cfg"] == nil {
            var own = ConfigurationReader([:], path: "swift_clip")
            try self.init(&reader, own: &own)
        } else {
            try self.init(root: &reader)
        }
    }

    /// Reads `model_cfg` and `swift_clip` of an object; its other keys are left to the caller.
    init(root: inout ConfigurationReader) throws {
        guard let model = root.raw("model_cfg") else { throw ModelConfigurationError.missing("model_cfg") }
        guard let model = model as? [String: Any] else {
            throw ModelConfigurationError.type(key: "model_cfg", found: "no object", expected: "an object")
        }
        // Keys of `model_cfg` are named as in a file that holds it alone.
        var reader = ConfigurationReader(model, path: "")
        var own =
            root.raw("swift_clip") == nil
            ? ConfigurationReader([:], path: "swift_clip") : try root.object("swift_clip")
        try self.init(&reader, own: &own)
    }

    private init(_ reader: inout ConfigurationReader, own: inout ConfigurationReader) throws {
        embeddingWidth = try reader.requiredSize("embed_dim")
        vision = try TowerKinds.image(&reader, own: &own)
        text = try TowerKinds.text(&reader, own: &own, embeddingWidth: embeddingWidth)
        activation = try reader.flag("quick_gelu") ? .quickGELU : .gelu
        nestsTextParameters = try reader.flag("custom_text")
        initialLogitScale = try reader.real("init_logit_scale") ?? Self.logitScale(temperature: 0.07)
        initialLogitBias = try reader.real("init_logit_bias")
        objectiveParameters = try Self.objectiveParameters(&own)
        try reader.finish()
        // How files become pixels is no matter of the architecture.
        _ = own.raw("pixels")
        // Fields of a later version of this library change what the weights mean.
        try own.finish()
        try validateObjectiveParameters()
    }

    private static func objectiveParameters(_ own: inout ConfigurationReader) throws -> [String: Double] {
        guard own.raw("objective_parameters") != nil else { return [:] }
        var reader = try own.object("objective_parameters")
        return try reader.keys.reduce(into: [:]) { values, name in
            guard let value = try reader.real(name) else {
                throw ModelConfigurationError.missing(reader.name(name))
            }
            values[name] = value
        }
    }

    /// Names are words, so that they never look like a tower's parameters, and not those that every model may have.
    func validateObjectiveParameters() throws {
        for (name, value) in objectiveParameters.sorted(by: { $0.key < $1.key }) {
            let key = "swift_clip.objective_parameters"
            let isWord = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            guard isWord, name.first?.isNumber == false else {
                throw ModelConfigurationError.value(
                    key: key,
                    found: "the name '\(name)'",
                    expected: "names of ASCII letters, digits and underscores not starting with a digit"
                )
            }
            guard !["logit_scale", "logit_bias"].contains(name) else {
                throw ModelConfigurationError.value(
                    key: key,
                    found: "'\(name)'",
                    expected: "other names; 'init_\(name)' sets the first value of this one"
                )
            }
            guard value.isFinite else {
                throw ModelConfigurationError.value(
                    key: "\(key).\(name)",
                    found: "\(value)",
                    expected: "a finite number"
                )
            }
        }
    }

    /// The `model_cfg` object: what open_clip has words for and where it differs from open_clip's defaults.
    public var json: [String: Any] {
        var json: [String: Any] = ["embed_dim": embeddingWidth]
        if vision.isKnownToOpenCLIP { json["vision_cfg"] = vision.json }
        if text.isKnownToOpenCLIP { json["text_cfg"] = text.json }
        if activation == .quickGELU { json["quick_gelu"] = true }
        if nestsTextParameters { json["custom_text"] = true }
        if initialLogitScale != Self.logitScale(temperature: 0.07) {
            json["init_logit_scale"] = initialLogitScale
        }
        if let initialLogitBias { json["init_logit_bias"] = initialLogitBias }
        return json
    }

    /// The `swift_clip` object: what open_clip has no words for; empty where it can load the model.
    public var ownJSON: [String: Any] {
        var json = vision.ownJSON
        if !vision.isKnownToOpenCLIP { json["image"] = vision.json }
        if !text.isKnownToOpenCLIP { json["text"] = text.json }
        if !objectiveParameters.isEmpty { json["objective_parameters"] = objectiveParameters }
        return json
    }

    /// Why open_clip cannot load the model, or computes another with its weights, as phrases; empty where it can.
    public var openCLIPObstacles: [String] {
        var obstacles: [String] = []
        if let obstacle = vision.openCLIPObstacle { obstacles.append(obstacle) }
        if !text.isKnownToOpenCLIP { obstacles.append("its text side is a \(text.name)") }
        if !objectiveParameters.isEmpty {
            let names = objectiveParameters.keys.sorted().joined(separator: ", ")
            obstacles.append("its loss has parameters of its own (\(names))")
        }
        return obstacles
    }
}
