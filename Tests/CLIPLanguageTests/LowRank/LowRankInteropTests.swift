import CLIPLanguage
import Foundation
import Testing
import TorchNN

private let place = ProcessInfo.processInfo.environment["LORA_INTEROP"]

/// Writes adapters for `scripts/compare/lora_interop.py`, which lets peft read them.
@Suite(.enabled(if: place != nil, "scripts/compare/lora_interop.py sets LORA_INTEROP"))
struct LowRankInteropTests {
    @Test func adaptersAreHandedOver() throws {
        let folder = try #require(place)
        for name in ["all", "some"] { try LowRankFixture.adapter(name).write(to: "\(folder)/\(name)") }
        let store = ParameterStore(.initialize(seed: 5))
        try LowRankAdapter(store.root, for: LowRankFixture.base().configuration).write(to: "\(folder)/fresh")
    }
}
