import CLIPObjectives
import Testing
import Torch
import TorchDistributed

/// A batch of random unit-norm features in float64, with its gradients not yet taken.
struct Pairs {
    var image: Tensor
    var text: Tensor
    var logScale: Tensor
    var groups: Tensor?
    var ordinals: [Int64]?
    var bias: Tensor?
    var epoch = 0

    init(_ count: Int, width: Int = 6, scale: Double = 3, seed: UInt64 = 1, groups: [Int64]? = nil) throws {
        let generator = try RandomGenerator(seed: seed)
        func features() throws -> Tensor {
            let tensor = try Tensor.empty([count, width], dtype: .float64)
            try generator.fillNormal(tensor)
            return try tensor.normalized()
        }
        image = try features()
        text = try features()
        logScale = try Tensor.full([], scale, dtype: .float64).log()
        self.groups = try groups.map { try Tensor($0) }
    }

    var input: ObjectiveInput {
        var input = ObjectiveInput(
            image: image,
            text: text,
            parameters: ["logit_scale": logScale],
            ordinals: ordinals,
            groups: groups,
            epoch: epoch
        )
        input.parameters["logit_bias"] = bias
        return input
    }

    func slice(rank: Int, of count: Int) throws -> ObjectiveInput {
        let rows = image.size(0) / count
        let range = (rank * rows)..<((rank + 1) * rows)
        var input = input
        input.image = try image.slice(range)
        input.text = try text.slice(range)
        input.groups = try groups?.slice(range)
        input.ordinals = ordinals.map { Array($0[range]) }
        return input
    }

    func evaluate(_ objective: ContrastiveObjective = ContrastiveObjective()) throws -> ObjectiveOutput {
        var objective = objective
        return try objective.evaluate(input, collective: SingleProcess())
    }

    /// The next evaluation of an objective that learns.
    func evaluate<O: Objective>(learning objective: inout O) throws -> ObjectiveOutput {
        try objective.evaluate(input, collective: SingleProcess())
    }
}

/// Symmetric InfoNCE as a graph: the mean of two cross entropies, equal groups at -∞.
func plainInfoNCE(image: Tensor, text: Tensor, logScale: Tensor, groups: [Int64]? = nil) throws -> Tensor {
    let count = image.size(0)
    var logits = try image.matmul(text.transposed()) * logScale.exp()
    let positives = try logits.diagonal()
    if let groups {
        var mask = [UInt8](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0..<count where i != j && groups[i] == groups[j] { mask[i * count + j] = 1 }
        }
        logits = try logits.filled(
            with: -.infinity,
            where: Tensor(mask, shape: [count, count]).to(.bool)
        )
    }
    let rows = try logits.logSumExp(dims: [1]) - positives
    let columns = try logits.logSumExp(dims: [0]) - positives
    return try (rows + columns).mean() * 0.5
}

/// A loss of image features, text features and logit scale, and its gradients by libtorch.
func autograd(_ pairs: Pairs, of loss: (Tensor, Tensor, Tensor) throws -> Tensor) throws -> (
    loss: Tensor, image: Tensor, text: Tensor, logScale: Tensor
) {
    let leaves = try [pairs.image, pairs.text, pairs.logScale].map { try $0.detached().cloned() }
    for leaf in leaves { try leaf.setRequiresGradient(true) }
    let value = try loss(leaves[0], leaves[1], leaves[2])
    try backward([(output: value, gradient: Tensor.ones([], dtype: value.dtype))])
    return (
        try value.detached(), try #require(leaves[0].gradient), try #require(leaves[1].gradient),
        try #require(leaves[2].gradient)
    )
}

/// Runs an objective on slices of a batch, one for each rank, and joins what the ranks return.
func evaluate(_ pairs: Pairs, ranks: Int, _ objective: ContrastiveObjective) throws -> ObjectiveOutput {
    let outputs = try SlicedCollective(count: ranks).run { collective in
        var objective = objective
        return try objective.evaluate(
            pairs.slice(rank: collective.rank, of: ranks),
            collective: collective
        )
    }
    for output in outputs { try expectClose(output.metrics.values, outputs[0].metrics.values, tolerance: 0) }
    let slopes = try outputs.map { try #require($0.parameters["logit_scale"]) }
    return ObjectiveOutput(
        image: try .concatenate(outputs.map(\.image)),
        text: try .concatenate(outputs.map(\.text)),
        parameters: ["logit_scale": try Tensor.stack(slopes).sum()],
        metrics: outputs[0].metrics
    )
}

/// The largest difference of elements.
func distance(_ a: Tensor, _ b: Tensor) throws -> Double {
    try #require(a.shape == b.shape)
    return try (a.to(.float64) - b.to(.float64)).abs().maximum().item()
}

/// Expects equal elements up to `tolerance`.
func expectClose(
    _ a: Tensor,
    _ b: Tensor,
    tolerance: Double = 1e-12,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let found = try distance(a, b)
    #expect(found <= tolerance, sourceLocation: sourceLocation)
}

/// Expects two outputs to agree in everything.
func expectClose(
    _ a: ObjectiveOutput,
    _ b: ObjectiveOutput,
    tolerance: Double = 1e-12,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try expectClose(a.image, b.image, tolerance: tolerance, sourceLocation: sourceLocation)
    try expectClose(a.text, b.text, tolerance: tolerance, sourceLocation: sourceLocation)
    try expectClose(a.metrics.values, b.metrics.values, tolerance: tolerance, sourceLocation: sourceLocation)
    #expect(a.parameters.keys.sorted() == b.parameters.keys.sorted(), sourceLocation: sourceLocation)
    for (name, gradient) in a.parameters {
        try expectClose(
            gradient,
            #require(b.parameters[name]),
            tolerance: tolerance,
            sourceLocation: sourceLocation
        )
    }
}
