import CLIPObjectives
import Synchronization
import Torch
import TorchDistributed

@testable import CLIPTraining

/// The contrastive losses, with a call at the moments of a run that a test waits for.
struct HookedFamily: ObjectiveFamily {
    enum Moment: Equatable {
        /// The stage is put together: its directory is there, and nothing is trained.
        case making
        /// The loss of the batch with this number, from 1, was computed; its gradients have not gone back.
        case evaluated(Int)
    }

    private let inner = ContrastiveFamily()
    let hook: @Sendable (Moment) throws -> Void

    static func == (first: Self, second: Self) -> Bool { true }

    var name: String { inner.name }
    var hasNormalizers: Bool { inner.hasNormalizers }
    func addedParameters(in recipe: Recipe) -> [String: Double] { inner.addedParameters(in: recipe) }
    func trains(_ parameter: String, in recipe: Recipe) -> Bool { inner.trains(parameter, in: recipe) }
    func memory(in recipe: Recipe) -> ObjectiveMemory { inner.memory(in: recipe) }
    func problems(in recipe: Recipe) -> [RecipeProblem] { inner.problems(in: recipe) }
    func problems(in recipe: Recipe, pace: TrainingPace) -> [RecipeProblem] {
        inner.problems(in: recipe, pace: pace)
    }
    func warnings(in recipe: Recipe) -> [RecipeWarning] { inner.warnings(in: recipe) }

    func objective(_ recipe: Recipe, pace: TrainingPace, states: any SampleStates) throws
        -> any CLIPObjectives.Objective
    {
        let loss = try inner.objective(recipe, pace: pace, states: states)
        try hook(.making)
        return HookedLoss(inner: loss, hook: hook)
    }
}

private struct HookedLoss: Objective {
    var inner: any Objective
    let hook: @Sendable (HookedFamily.Moment) throws -> Void
    private var batches = 0

    init(inner: any Objective, hook: @escaping @Sendable (HookedFamily.Moment) throws -> Void) {
        (self.inner, self.hook) = (inner, hook)
    }

    var normalizers: (any NormalizerSource)? { inner.normalizers }

    mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws -> ObjectiveOutput {
        let output = try inner.evaluate(input, collective: collective)
        batches += 1
        try hook(.evaluated(batches))
        return output
    }

    func constrain(_ parameters: [String: Tensor]) throws { try inner.constrain(parameters) }
    func snapshot() throws -> [String: Tensor] { try inner.snapshot() }
    mutating func restore(_ state: [String: Tensor]) throws { try inner.restore(state) }
}
