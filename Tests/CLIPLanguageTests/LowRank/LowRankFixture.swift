import CLIPLanguage
import Foundation

/// What peft computes with the adapters of Fixtures/LowRank.
struct LowRankFixture: Decodable {
    struct Record: Decodable {
        let projection, merged: String
        let input, output, weight, hidden: [Float]
    }

    let ids: [Int64]
    let all, some: Record

    static func read() throws -> LowRankFixture {
        try LanguageFixture.json("LowRank/lora.json", as: LowRankFixture.self)
    }

    func record(_ name: String) -> Record { name == "all" ? all : some }

    /// The model that the adapters were made for.
    static func base() throws -> GGUFModel {
        try GGUFModel(path: LanguageFixture.path("GGUF/llama-f32.gguf"))
    }

    static func adapter(_ name: String) throws -> LowRankAdapter {
        try LowRankAdapter(directory: LanguageFixture.path("LowRank/\(name)"), for: base().configuration)
    }

    static func isNear(_ found: [Float], _ wanted: [Float], within share: Float = 1e-5) -> Bool {
        let largest = wanted.map(abs).max() ?? 0
        return found.count == wanted.count
            && zip(found, wanted).allSatisfy { abs($0 - $1) <= share * largest }
    }
}
