import CLIPModels

extension CostPlan {
    /// Refuses stages that cannot continue with the model of the one before, as a run does.
    static func checkTransitions(_ stages: [Recipe.Stage], _ models: inout RunModels) throws {
        var before: StageSetup.Origin?
        for (number, stage) in stages.enumerated() {
            try StageError.naming(stage, number, of: stages.count) {
                let model = stage.recipe.model
                let configuration = try model.applied(to: models.configuration(model.config))
                if let before, stage.start.kind == .continuing {
                    try stage.recipe.check(configuration, takingOver: before)
                }
                before = StageSetup.Origin(
                    configuration: configuration,
                    preprocessing: Preprocessing(),
                    place: "the end of stage `\(stage.name)`",
                    stage: stage.name
                )
            }
        }
    }
}
