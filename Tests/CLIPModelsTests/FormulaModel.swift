import CLIPModels
import Foundation
import Torch
import TorchNN

/// A model like CLIPA's with open_clip's results; weights and images come from a formula, as
/// scripts/fixtures/make_tower_goldens.py says.
struct FormulaModel {
    private struct Entry: Decodable {
        struct Parameter: Decodable {
            var name: String
            var shape: [Int]
            var scale, offset: Double
            /// The norm of the gradient, and its product with numbers of the formula.
            var gradient: [Double]
        }
        var texts: [[Int32]]
        var loss: Double
        var parameters: [Parameter]
        var image, text: [[Float]]
    }

    private let entry: Entry
    let configuration: ModelConfiguration

    init(_ name: String) throws {
        let data = try Data(contentsOf: Golden.fixtures.appending(path: "clipa.json"))
        guard let entry = try JSONDecoder().decode([String: Entry].self, from: data)[name],
            let object = try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]],
            let model = object[name]?["model_cfg"]
        else { throw CocoaError(.fileNoSuchFile) }
        self.entry = entry
        configuration = try ModelConfiguration(json: JSONSerialization.data(withJSONObject: model))
    }

    var loss: Double { entry.loss }
    var texts: TokenSequences { TokenSequences(entry.texts) }
    func imageFeatures() throws -> Tensor { try Self.rows(entry.image) }
    func textFeatures() throws -> Tensor { try Self.rows(entry.text) }

    func model() throws -> CLIPModel {
        var tensors: [String: Tensor] = [:]
        for (number, parameter) in entry.parameters.enumerated() {
            let count = parameter.shape.reduce(1, *)
            let values = Self.formula(count, salt: number) { Float(parameter.offset + parameter.scale * $0) }
            tensors[parameter.name] = try Tensor(values).reshaped(parameter.shape)
        }
        return try CLIPModel(configuration, parameters: ParameterStore(.tensors(tensors)))
    }

    func images() throws -> Tensor {
        let size = configuration.vision.imageSize
        let count = entry.texts.count
        let pixels = Self.formula(count * 3 * size * size, salt: 1000) {
            Float((($0 + 1) * 128).rounded(.down))
        }
        return try Tensor(pixels).reshaped([count, 3, size, size]).to(.uint8)
    }

    /// The largest difference of a gradient's norm or product from open_clip's, relative to the norm.
    func gradientDifference(of model: CLIPModel) throws -> Double {
        var largest = 0.0
        for (number, parameter) in entry.parameters.enumerated() {
            guard let gradient = model.parameters[parameter.name]?.gradient else { return .infinity }
            let values = try gradient.to(.float64).reshaped([-1]).scalars(as: Double.self)
            let signs = Self.formula(values.count, salt: 2000 + number) { $0 }
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let product = zip(values, signs).reduce(0) { $0 + $1.0 * $1.1 }
            let differences = [norm - parameter.gradient[0], product - parameter.gradient[1]]
            largest = max(largest, differences.map(abs).max().map { $0 / parameter.gradient[0] } ?? .infinity)
        }
        return largest
    }

    private static func rows(_ rows: [[Float]]) throws -> Tensor {
        try Tensor(rows.flatMap { $0 }).reshaped([rows.count, -1])
    }

    /// Numbers in -1 ..< 1, each mapped.
    private static func formula<Value>(_ count: Int, salt: Int, _ value: (Double) -> Value) -> [Value] {
        let start = UInt64(salt + 1) &* 0xBF58_476D_1CE4_E5B9
        return (0..<count).map { index in
            var mixed = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15 &+ start
            mixed ^= mixed >> 31
            mixed &*= 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 29
            return value(Double(mixed >> 40) / Double(1 << 23) - 1)
        }
    }
}
