import CLIPModels
import Foundation
import Testing

/// open_clip's named configurations.
@Suite struct ModelCatalogTests {
    /// Each either builds or is refused by a key that its file holds.
    @Test func everyConfigurationIsUnderstoodOrRefusedByName() throws {
        let names = try ModelCatalog.names()
        var understood: [String] = []
        for name in names {
            do {
                let configuration = try ModelCatalog.configuration(name)
                // What is written again means the same.
                let data = try JSONSerialization.data(withJSONObject: configuration.json)
                #expect(try ModelConfiguration(json: data) == configuration, "\(name)")
                understood.append(name)
            } catch let error as ModelConfigurationError {
                guard case .unsupported(let key, _) = error else {
                    Issue.record("\(name): \(error)")
                    continue
                }
                #expect("\(error)".contains(key))
                #expect(
                    key.hasPrefix("vision_cfg.") || key.hasPrefix("text_cfg.") || !key.contains("."),
                    "\(name)"
                )
            }
        }
        #expect(names.count > 100)
        #expect(Set(understood).isSuperset(of: Self.plain))
        print("\(understood.count) of \(names.count) configurations are understood")
    }

    static let plain = [
        "ViT-B-16", "ViT-B-16-plus-240", "ViT-B-16-quickgelu", "ViT-B-32", "ViT-B-32-256",
        "ViT-B-32-quickgelu",
        "ViT-H-14", "ViT-H-14-quickgelu", "ViT-L-14", "ViT-L-14-336", "ViT-L-14-quickgelu", "ViT-M-16",
        "ViT-M-32",
        "ViT-S-16", "ViT-S-32", "ViT-S-32-alt", "ViT-bigG-14", "ViT-e-14", "ViT-g-14",
    ]

    @Test(arguments: [
        ("RN50", "vision_cfg.layers"), ("ViT-B-16-SigLIP", "vision_cfg.timm_model_name"),
        ("roberta-ViT-B-32", "text_cfg.hf_model_name"),
    ])
    func refusals(_ name: String, key: String) throws {
        #expect {
            try ModelCatalog.configuration(name)
        } throws: {
            guard case .unsupported(let found, _) = $0 as? ModelConfigurationError else { return false }
            return found == key
        }
    }

    @Test func unknownNames() throws {
        #expect {
            try ModelCatalog.configuration("ViT-B32")
        } throws: {
            guard case .unknown("ViT-B32", let nearest) = $0 as? ModelConfigurationError else { return false }
            return nearest.contains("ViT-B-32")
        }
        #expect(throws: ModelConfigurationError.self) {
            try ModelCatalog.configuration("/nowhere/model.json")
        }
    }

    /// Start, one token and end.
    @Test func aTextHasRoomForAToken() throws {
        let configuration = try ModelCatalog.configuration("ViT-B-32")
        #expect(try configuration.resized(contextLength: 3).text.kind.contextLength == 3)
        let error = ModelConfigurationError.value(
            key: "text_cfg.context_length",
            found: "2",
            expected: "3 … 65536"
        )
        #expect(throws: error) { try configuration.resized(contextLength: 2) }
    }
}
