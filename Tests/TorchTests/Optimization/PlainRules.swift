import TorchOptim

/// A published update rule on plain numbers in float64.
protocol PlainRule {
    associatedtype Options: UpdateRule
    init(_ value: [Double])
    var value: [Double] { get }
    /// `decay` is 0 for a parameter that does not decay.
    mutating func move(
        _ gradient: [Double],
        rate: Double,
        decay: Double,
        hasMomentum: Bool,
        _ options: Options
    )
}

struct PlainLAMB: PlainRule {
    var value: [Double]
    private var first, second: [Double]
    private var step = 0

    init(_ value: [Double]) {
        self.value = value
        first = value.map { _ in 0 }
        second = first
    }

    mutating func move(
        _ gradient: [Double],
        rate: Double,
        decay: Double,
        hasMomentum: Bool,
        _ options: LAMBOptions
    ) {
        step += 1
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<step { (power1, power2) = (power1 * options.beta1, power2 * options.beta2) }
        var direction = value
        for i in value.indices {
            first[i] = options.beta1 * first[i] + (1 - options.beta1) * gradient[i]
            second[i] = options.beta2 * second[i] + (1 - options.beta2) * gradient[i] * gradient[i]
            let root = (second[i] / (1 - power2)).squareRoot() + options.epsilon
            direction[i] = first[i] / (1 - power1) / root + decay * value[i]
        }
        func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let (size, length) = (norm(value), norm(direction))
        let ratio = decay == 0 || size == 0 || length == 0 ? 1 : size / length
        for i in value.indices { value[i] -= rate * ratio * direction[i] }
    }
}

struct PlainLion: PlainRule {
    var value: [Double]
    private var mean: [Double]

    init(_ value: [Double]) {
        self.value = value
        mean = value.map { _ in 0 }
    }

    mutating func move(
        _ gradient: [Double],
        rate: Double,
        decay: Double,
        hasMomentum: Bool,
        _ options: LionOptions
    ) {
        for i in value.indices {
            let direction = options.beta1 * mean[i] + (1 - options.beta1) * gradient[i]
            value[i] *= 1 - rate * decay
            value[i] -= direction > 0 ? rate : direction < 0 ? -rate : 0
            mean[i] = options.beta2 * mean[i] + (1 - options.beta2) * gradient[i]
        }
    }
}

struct PlainSGD: PlainRule {
    var value: [Double]
    private var velocity: [Double]

    init(_ value: [Double]) {
        self.value = value
        velocity = value.map { _ in 0 }
    }

    mutating func move(
        _ gradient: [Double],
        rate: Double,
        decay: Double,
        hasMomentum: Bool,
        _ options: SGDOptions
    ) {
        let momentum = hasMomentum ? options.momentum : 0
        for i in value.indices {
            let slope = gradient[i] + decay * value[i]
            velocity[i] = momentum * velocity[i] + slope
            value[i] -= rate * (options.nesterov ? slope + momentum * velocity[i] : velocity[i])
        }
    }
}
