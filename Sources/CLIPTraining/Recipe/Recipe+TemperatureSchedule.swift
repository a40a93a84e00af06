extension Recipe.Temperature {
    /// What the learning rate of the temperature follows.
    public enum Schedule: String, CaseIterable, Sendable {
        /// The learning rate of all parameters, with its warm-up and its fall.
        case shared
        /// Its peak from the first step to the last.
        case constant
        /// Its peak, or a third of it in steps that start at τ ≤ 0.03, as in FastCLIP.
        case stepThreshold
    }
}

extension Recipe.Temperature.Schedule: RecipeChoice {}
