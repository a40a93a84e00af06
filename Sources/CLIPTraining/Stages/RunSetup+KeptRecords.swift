import CLIPData
import Foundation

extension RunSetup {
    /// Refuses to keep what is known of each sample for the samples of other data.
    func checkKeptRecords() throws {
        let files = SampleStateFiles(recipe, run: URL(fileURLWithPath: "/"))
        for (before, after) in zip(stages, stages.dropFirst())
        where after.recipe.sampleStateWidth > 0 && files.origin(of: after.number) != after.number {
            let (old, new) = (before.data, after.data)
            let count = old.ordinalCount
            guard
                new.ordinalCount < count
                    || DataFingerprint(new, count: count) != DataFingerprint(old, count: count)
            else { continue }
            let reason =
                "stage `\(before.stage.name)` leaves \(before.recipe.memory.text) of the \(count) samples of its data, and the "
                + "data of stage `\(after.stage.name)` does not begin with the same samples; take `reset`."
            throw RecipeError([
                RecipeProblem(.conflict(reason: reason), path: "stages.\(after.number).carry.normalizer")
            ])
        }
    }
}
