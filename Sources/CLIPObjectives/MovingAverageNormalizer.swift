internal import Foundation
public import Torch
public import TorchDistributed

/// The normalizer of SogCLR, iSogCLR and FastCLIP: a moving average of each sample's batch normalizers.
///
/// `u_i ← (1 - γ) u_i + γ g_i`, and `ν_i = ln(ε + u_i)` with the updated `u_i` (Qiu et al. 2023; Wei et al. 2024,
/// Algorithm 1). It is kept as `ln u_i`, which is finite at any temperature. A sample's first `g_i` becomes its
/// `u_i`; an anchor without negatives learns nothing. With several captions per image, a step's `g_i` is the mean over
/// its captions, and each caption is weighed by the average with its own.
public struct MovingAverageNormalizer: NormalizerEstimator {
    /// Numbers in a sample's record: `ln u` of the image and of the text.
    public static let stateWidth = 2

    /// Added to the average: ε.
    public var epsilon: Double
    /// γ.
    public var rate: InnerRate
    private let states: any SampleStates
    private var visit: Visit?

    /// Creates an estimator over records of ``stateWidth`` numbers.
    public init(states: any SampleStates, epsilon: Double = 1e-14, rate: InnerRate) {
        self.states = states
        self.epsilon = epsilon
        self.rate = rate
    }

    /// The updated averages.
    public mutating func estimate(_ batch: NormalizerInput, collective: any Collective) throws
        -> (image: NormalizerEstimate, text: NormalizerEstimate)
    {
        if batch.captionSet == 0 {
            visit = Visit(old: try states.records(at: batch.ordinals, like: batch.image.positive))
        }
        guard let old = visit?.old else { throw ObjectiveError.noOrdinals }
        let gamma = rate.rate(epoch: batch.epoch)
        let image = try Average(old.select(0, dim: 1), batch.image, gamma)
        let text = try Average(old.select(1, dim: 1), batch.text, gamma)
        try visit?.image.add(image.kept)
        // A caption that does not look for its image must not move the average of one that does.
        if batch.countsTexts { try visit?.text.add(text.kept) }
        if let kept = visit {
            let columns = try [kept.image.value, kept.text.value ?? old.select(1, dim: 1)].compactMap(\.self)
            try states.store(columns, at: batch.ordinals, collective)
        }
        return (try estimate(image.logAverage), try estimate(text.logAverage))
    }

    /// What one step does to the records of its samples, over all captions of each image.
    private struct Visit {
        /// The records before the step, `[b, 2]`.
        let old: Tensor
        var image = LogMean(), text = LogMean()
    }

    /// The logarithm of a mean of exponentials.
    private struct LogMean {
        private(set) var value: Tensor?
        private var count = 0

        mutating func add(_ new: Tensor) throws {
            let share = Double(count) / Double(count + 1)
            value = try value.map { try ($0 + log(share)).logAddExp(new + log(1 - share)) } ?? new
            count += 1
        }
    }

    /// The averages as they are; those of samples that were never seen are no numbers.
    public func recall(_ anchors: AnchorQuery) throws -> Tensor? {
        let records = try states.records(at: anchors.ordinals, like: anchors.features)
        let own = try records.select(anchors.side == .image ? 0 : 1, dim: 1)
        return try own.filled(with: .nan, where: own .== 0).logAddExp(epsilon: epsilon)
    }

    /// The averages of one side after a batch.
    private struct Average {
        /// `ln((1 - γ) u + γ g)`, `[b]`.
        let logAverage: Tensor
        /// What the records are to hold: what is no number is not kept.
        let kept: Tensor

        init(_ old: Tensor, _ anchors: AnchorStatistics, _ gamma: Double) throws {
            let fresh = try anchors.logMean
            let isUnknown = try (old .== 0) .| old.isFinite().not()
            var moved = fresh
            if gamma < 1 {
                let mixed = try (old + log1p(-gamma)).logAddExp(fresh + log(gamma))
                moved = try isUnknown.select(fresh, mixed)
            }
            let isAlone = try anchors.negatives .== 0
            logAverage = try isAlone.select(old, moved)
            // Zero stands for "never seen", and is also ln 1.
            let nonzero = try moved.filled(with: 1e-30, where: moved .== 0)
            kept = try (isAlone .| moved.isFinite().not()).select(old, nonzero)
        }
    }

    private func estimate(_ logAverage: Tensor) throws -> NormalizerEstimate {
        NormalizerEstimate(
            logNormalizer: try logAverage.logAddExp(epsilon: epsilon),
            bareValue: logAverage
        )
    }
}
