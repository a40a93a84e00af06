public import Torch

extension NetworkNormalizer {
    /// Prototypes, their accumulators, the newest rows and the count of batches.
    public func snapshot() throws -> [String: Tensor] {
        guard let texts, let images else { return [:] }
        var state: [String: Tensor] = ["batches": try Tensor([Int64(batches)])]
        for (name, side) in [("texts", texts), ("images", images)] {
            state["\(name).prototypes"] = try side.rows.cloned()
            state["\(name).accumulator"] = try side.accumulator.cloned()
        }
        state["recent.images"] = try recentImages.rows?.cloned()
        state["recent.texts"] = try recentTexts.rows?.cloned()
        return state
    }

    /// Continues from a snapshot.
    public mutating func restore(_ state: [String: Tensor]) throws {
        guard !state.isEmpty else {
            // Saved before the first batch.
            self = try NetworkNormalizer(options, epsilon: epsilon)
            return
        }
        func tensor(_ name: String) throws -> Tensor {
            guard let tensor = state[name] else { throw ObjectiveError.missingState(name) }
            return tensor
        }
        func prototypes(_ side: String) throws -> Prototypes {
            let rows = try tensor("\(side).prototypes")
            guard rows.rank == 2, rows.size(0) == options.prototypes else {
                throw ObjectiveError.shape(
                    "the saved prototypes of \(side)",
                    found: rows.shape,
                    expected: "[\(options.prototypes), D], as objective.network.prototypes says"
                )
            }
            return Prototypes(
                rows: try rows.cloned(),
                accumulator: try tensor("\(side).accumulator").cloned()
            )
        }
        let count: [Int64] = try tensor("batches").scalars()
        let saved = (texts: try prototypes("texts"), images: try prototypes("images"))
        let recent = (
            texts: try tensor("recent.texts").cloned(), images: try tensor("recent.images").cloned()
        )
        // Nothing throws from here on.
        (texts, images) = saved
        (recentTexts.rows, recentImages.rows) = recent
        batches = Int(count[0])
    }
}
