public import CLIPObjectives

/// A family of losses as a recipe names it: all that the rest of a run has to know of a loss.
///
/// The recipe reader, the trainer and the evaluations ask the family and never which loss it is. A new loss is an
/// ``CLIPObjectives/Objective``, a family, and the family's name among the ``ObjectiveKinds`` that the reader is given.
public protocol ObjectiveFamily: Equatable, Sendable {
    /// The value of `objective.kind`.
    var name: String { get }

    /// Parameters of the model that the loss needs in addition to `logit_scale`, by name, with their first values.
    func addedParameters(in recipe: Recipe) -> [String: Double]

    /// Which of the loss's own parameters are trained; of the others no gradient is taken.
    func trains(_ parameter: String, in recipe: Recipe) -> Bool

    /// What the loss remembers from batch to batch.
    func memory(in recipe: Recipe) -> ObjectiveMemory

    /// Whether the loss has normalizers that an evaluation can measure.
    var hasNormalizers: Bool { get }

    /// Whether both sides are texts, as those of a language model.
    var comparesTexts: Bool { get }

    /// Values of the recipe that this loss cannot work with.
    func problems(in recipe: Recipe) -> [RecipeProblem]

    /// Values that contradict the size of the data or the length of the stage.
    func problems(in recipe: Recipe, pace: TrainingPace) -> [RecipeProblem]

    /// Settings that have no effect on this loss.
    func warnings(in recipe: Recipe) -> [RecipeWarning]

    /// The loss.
    ///
    /// - Parameter states: Records of as many numbers for each sample as ``memory(in:)`` names; none where it names none.
    /// - Throws: `ObjectiveError` for a setting out of range.
    func objective(_ recipe: Recipe, pace: TrainingPace, states: any SampleStates) throws
        -> any CLIPObjectives.Objective
}

extension ObjectiveFamily {
    /// None in addition to the temperature.
    public func addedParameters(in recipe: Recipe) -> [String: Double] { [:] }
    /// All of them, and the temperature unless the recipe keeps it as it is.
    public func trains(_ parameter: String, in recipe: Recipe) -> Bool {
        recipe.temperature.rule == .global || parameter != GlobalTemperature.parameter
    }
    /// Nothing.
    public func memory(in recipe: Recipe) -> ObjectiveMemory { ObjectiveMemory() }
    /// None to measure.
    public var hasNormalizers: Bool { false }
    /// Images are compared with texts.
    public var comparesTexts: Bool { false }
    /// Any recipe will do.
    public func problems(in recipe: Recipe) -> [RecipeProblem] { [] }
    /// Any length will do.
    public func problems(in recipe: Recipe, pace: TrainingPace) -> [RecipeProblem] { [] }
    /// Everything has an effect.
    public func warnings(in recipe: Recipe) -> [RecipeWarning] { [] }
}

/// A family with settings of its own: the section of `objective` under the family's name.
protocol ConfiguredObjectiveFamily: ObjectiveFamily, RecipeSection {}
