import CLIPModels

extension Recipe {
    /// Settings of `model.transfer.positions` by which nothing is changed, as far as the recipe alone tells.
    var transferWarnings: [RecipeWarning] {
        let all = allStages
        func isUsed(_ number: Int) -> Bool? {
            let model = all[number].recipe.model
            guard all[number].continuesModel(at: number) else { return model.initialize == nil ? false : nil }
            var before = all[number - 1].recipe.model
            before.transfer = model.transfer
            return before == model ? false : nil
        }
        return transferWarnings(isUsed: isUsed)
    }

    /// Settings of `model.transfer.positions` by which nothing is changed.
    ///
    /// A setting is that of all stages that have it from one place: those with the run's value, or a stage with another one
    /// and the stages after it that go on with its model.
    ///
    /// - Parameter isUsed: Whether the stage of a number takes weights over whose positions do not fit; nil for unknown.
    func transferWarnings(isUsed: (Int) -> Bool?) -> [RecipeWarning] {
        let key = "model.transfer.positions"
        let all = allStages
        let values = all.map(\.recipe.model.transfer.positions)
        var places: [(path: String, stages: [Int])] = []
        for (number, value) in values.enumerated() where value != .refuse {
            if value == model.transfer.positions {
                let known = places.firstIndex { $0.path == key }
                if let known { places[known].stages.append(number) } else { places.append((key, [number])) }
            } else if all[number].continuesModel(at: number), values[number - 1] == value {
                places[places.count - 1].stages.append(number)
            } else {
                places.append(("stages.\(number).\(key)", [number]))
            }
        }
        return places.filter { $0.stages.allSatisfy { isUsed($0) == false } }.map { place in
            let takesNone = place.stages.allSatisfy { number in
                !all[number].continuesModel(at: number) && all[number].recipe.model.initialize == nil
            }
            return RecipeWarning(
                path: place.path,
                reason: takesNone
                    ? "there are no weights to take over (`model.initialize` is `null`)."
                    : "no weights of other sizes or with other positions are taken over."
            )
        }
    }
}
