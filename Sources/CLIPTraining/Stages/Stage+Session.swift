import CLIPData
import Foundation
import TorchDistributed

extension Stage {
    /// What one session of a stage keeps count of.
    struct Session {
        var logging, saving: Cadence
        private let batch: Int
        /// Rows of a step in this process.
        private let localBatch: Int
        private var last: TrainingPosition
        private var lastWaited = 0.0
        private var lastTiming = RowTiming()
        /// nil where the recipe says how many threads read data.
        private var tuner: WorkerTuner?
        private let isRemote: Bool
        private(set) var finalMetrics: TrainingMetrics?

        init(_ setup: StageSetup, pace: TrainingPace, trainer: Trainer) {
            let recipe = setup.recipe
            batch = recipe.batch
            localBatch = recipe.batch / trainer.trainingStep.collective.count
            isRemote = !setup.data.shards.containers.allSatisfy(\.isLocal)
            if recipe.data.workers == .automatic {
                let cores = ProcessInfo.processInfo.activeProcessorCount
                tuner = WorkerTuner(threads: trainer.loader.threads, maximum: cores)
            }
            last = trainer.position
            logging = pace.cadence(of: recipe.log.every, from: trainer.position)
            saving = pace.cadence(of: recipe.checkpoint.every, from: trainer.position)
        }

        /// Figures that have fields of their own, or are not written.
        private static let known: Set<String> = [
            "loss", "batch_loss", "accuracy_image_to_text", "accuracy_text_to_image", "positive_similarity",
            "scale",
            "log_normalizer_image", "log_normalizer_text", "temperature_at_bound", "bias",
        ]

        /// Whether no step was taken since the last call of `measure`.
        func isMeasured(at position: TrainingPosition) -> Bool { position.step == last.step }

        /// Figures of the last measurement that belong to a loss or a model of a program, by name.
        private(set) var others: [String: Double] = [:]

        /// The metrics since the last call; stops the run when the loss is not finite.
        mutating func measure(
            _ trainer: Trainer,
            pace: TrainingPace,
            lastCheckpoint: @autoclosure () -> String?
        ) throws -> TrainingMetrics {
            let (means, gradientNorm) = try trainer.takeMetrics()
            let position = trainer.position
            let loss = means["loss"] ?? .nan
            guard loss.isFinite else {
                throw TrainingError.notFinite(step: position.step, loss: loss, checkpoint: lastCheckpoint())
            }
            guard gradientNorm?.isFinite ?? true else {
                throw TrainingError.gradientsNotFinite(step: position.step, checkpoint: lastCheckpoint())
            }
            others = means.filter { !Self.known.contains($0.key) }
            let counters = trainer.loader.counters
            let seconds = max(position.elapsedSeconds - last.elapsedSeconds, .leastNormalMagnitude)
            let accuracies = [means["accuracy_image_to_text"], means["accuracy_text_to_image"]].compactMap {
                $0
            }
            let steps = position.step - last.step
            let waitShare = min(1, (counters.waitedSeconds - lastWaited) / seconds)
            let total = trainer.loader.timing
            let timing = total - lastTiming
            defer {
                last = position
                lastWaited = counters.waitedSeconds
                lastTiming = total
            }
            if var tuner, steps > 0 {
                let threads = tuner.update(
                    rowSeconds: timing.total / Double(steps * localBatch),
                    rows: localBatch,
                    stepSeconds: seconds / Double(steps),
                    waitShare: waitShare
                )
                try trainer.loader.setThreads(threads)
                self.tuner = tuner
            }
            var metrics = TrainingMetrics(
                position: position,
                epoch: pace.epochs(at: position),
                batch: batch,
                loss: loss,
                batchLoss: means["batch_loss"],
                accuracy: accuracies.isEmpty ? nil : accuracies.reduce(0, +) / Double(accuracies.count),
                scale: means["scale"],
                learningRate: trainer.learningRate,
                gradientNorm: gradientNorm,
                samplesPerSecond: Double(position.samples - last.samples) / seconds,
                dataWaitShare: waitShare,
                badSamples: counters.faults.total
            )
            metrics.logNormalizerImage = means["log_normalizer_image"]
            metrics.logNormalizerText = means["log_normalizer_text"]
            metrics.temperatureAtBound = means["temperature_at_bound"]
            metrics.bias = means["bias"]
            metrics.dataLimit = DataLimit(timing, waitShare: waitShare, isRemote: isRemote)
            metrics.dataThreads = trainer.loader.threads
            if timing.total > 0 {
                metrics.readShare = timing.read / timing.total
                metrics.decodeShare = timing.decode / timing.total
                metrics.transformShare = timing.transform / timing.total
                metrics.textShare = timing.text / timing.total
            }
            finalMetrics = metrics
            return metrics
        }
    }
}
