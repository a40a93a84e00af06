import CLIPModels
import CLIPObjectives

extension ModelConfiguration {
    /// Gives the model the parameters that a loss needs, with their first values.
    mutating func add(_ parameters: [String: Double]) {
        for (name, value) in parameters {
            if name == SigmoidObjective.bias {
                initialLogitBias = value
            } else {
                objectiveParameters[name] = value
            }
        }
    }
}
