internal import CTorch

/// What an optimizer's step takes: parameters, their gradients, and what is remembered for them.
///
/// Parameters and moments may be bfloat16. The step is computed in float32 then, and stored with stochastic rounding
/// whose bits are a function of the parameter's key, the step and the number of the element.
public struct ParameterUpdate {
    /// Written in place; gradients are left in no particular state.
    public var parameters, gradients: [Tensor]
    /// One list for each thing that the rule remembers, each in the order of the parameters.
    public var moments: [[Tensor]]
    /// One number a parameter, from which the rounding draws.
    public var keys: [UInt64]
    /// float32, one element, on the parameters' device; counts from 1.
    public var step: Tensor
    /// Step size, and decay; each rule says what the decay means.
    public var learningRate, weightDecay: Double
    /// float32, one element: multiplies the learning rate.
    public var rateFactor: Tensor?
    /// float32, one element: divides every gradient first.
    public var divisor: Tensor?
    /// float32, one element: nothing changes where it is 1.
    public var skip: Tensor?

    /// Creates an update.
    public init(
        parameters: [Tensor],
        gradients: [Tensor],
        moments: [[Tensor]],
        keys: [UInt64],
        step: Tensor,
        learningRate: Double,
        weightDecay: Double,
        rateFactor: Tensor? = nil,
        divisor: Tensor? = nil,
        skip: Tensor? = nil
    ) {
        self.parameters = parameters
        self.gradients = gradients
        self.moments = moments
        self.keys = keys
        self.step = step
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.rateFactor = rateFactor
        self.divisor = divisor
        self.skip = skip
    }

    /// Lends everything to one call.
    func run(
        _ operation: String,
        _ call: (CTUpdate, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CTStatus
    ) throws {
        let name = "\(operation) over \(parameters.count) tensors"
        let counts = [gradients.count, keys.count] + moments.map(\.count)
        guard counts.allSatisfy({ $0 == parameters.count }) else {
            throw TorchError(operation: name, reason: "lists of \(counts) gradients, keys and moments")
        }
        // An empty array has no address, and there is nothing to do.
        guard !parameters.isEmpty else { return }
        try withHandles(parameters) { parameterHandles in
            try withHandles(gradients) { gradientHandles in
                try withHandles(Array(moments.joined())) { momentHandles in
                    try keys.withUnsafeBufferPointer { keys in
                        let update = CTUpdate(
                            parameters: parameterHandles,
                            gradients: gradientHandles,
                            moments: momentHandles,
                            keys: keys.baseAddress!,
                            count: Int64(parameters.count),
                            moment_count: Int64(moments.count),
                            learning_rate: learningRate,
                            weight_decay: weightDecay,
                            step: step.handle,
                            rate_factor: rateFactor?.handle,
                            divisor: divisor?.handle,
                            skip: skip?.handle
                        )
                        try check(name) { call(update, $0) }
                    }
                }
            }
        }
    }
}
