import Foundation

@testable import CLIPTraining

extension TrainingPosition {
    /// The position as a checkpoint gives it back.
    func storedAndRead() throws -> TrainingPosition {
        try JSONDecoder().decode(TrainingPosition.self, from: JSONEncoder().encode(self))
    }
}

extension String {
    /// The position in a checkpoint's `state.json`.
    func readPosition() throws -> TrainingPosition {
        try JSONDecoder().decode(TrainingPosition.self, from: Data(utf8))
    }
}
