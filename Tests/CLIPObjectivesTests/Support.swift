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
        ObjectiveInput(image: image, text: text, parameters: ["logit_scale": logScale], groups: groups)
    }

    func slice(rank: Int, of count: Int) throws -> ObjectiveInput {
        let rows = image.size(0) / count
        let range = (rank * rows)..<((rank + 1) * rows)
        var input = input
        input.image = try image.slice(range)
        input.text = try text.slice(range)
        input.groups = try groups?.slice(range)
        return input
    }

    func evaluate(_ objective: ContrastiveObjective = ContrastiveObjective()) throws -> ObjectiveOutput {
        var objective = objective
        return try objective.evaluate(input, collective: SingleProcess())
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

/// The loss of ``plainInfoNCE`` and its gradients by libtorch.
func autograd(_ pairs: Pairs, groups: [Int64]? = nil) throws -> (
    loss: Tensor, image: Tensor, text: Tensor, logScale: Tensor
) {
    let leaves = try [pairs.image, pairs.text, pairs.logScale].map { try $0.detached().cloned() }
    for leaf in leaves { try leaf.setRequiresGradient(true) }
    let loss = try plainInfoNCE(image: leaves[0], text: leaves[1], logScale: leaves[2], groups: groups)
    try backward([(output: loss, gradient: Tensor.ones([], dtype: loss.dtype))])
    return (
        try loss.detached(), try #require(leaves[0].gradient), try #require(leaves[1].gradient),
        try #require(leaves[2].gradient)
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
