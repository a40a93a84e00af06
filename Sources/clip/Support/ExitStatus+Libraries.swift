import CLIPEvaluation
import CLIPModels
import CLIPObjectives
import CLIPText
import CLIPTraining
import Foundation
import LocalFiles
import TorchNN
import TorchOptim

extension RecipeError: ExitStatusError {
    var exitStatus: ExitStatus {
        let isMissing = problems.contains {
            if case .noFile = $0.kind { true } else { false }
        }
        return isMissing ? .noInput : .data
    }
}

extension UnreadableFormat: ExitStatusError {
    var exitStatus: ExitStatus { .data }
}

extension RunDirectoryError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .notEmpty, .checkpointExists: .cannotCreate
        case .notARun, .isCheckpoint: .noInput
        case .inUse: .temporary
        case .system, .noSpace, .checkpointFailed: .inputOutput
        case .damaged, .unreadable: .data
        }
    }
}

extension SampleStateError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .exists: .cannotCreate
        case .missing, .missingJournal, .forgotten: .noInput
        case .inUse: .temporary
        case .damaged, .altered, .format, .otherWidth, .otherData, .rolledBack, .size: .data
        case .system, .noSpace: .inputOutput
        case .order, .closed, .readOnly: .software
        }
    }
}

extension SafetensorsError: ExitStatusError {
    var exitStatus: ExitStatus {
        if case .system(let operation, _) = problem { ExitStatus(action: operation) } else { .data }
    }
}

extension ParameterError: ExitStatusError {
    var exitStatus: ExitStatus { .data }
}

extension ModelConfigurationError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .unknown, .noFile: .noInput
        default: .data
        }
    }
}

extension CheckpointError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .notFound, .notADirectory, .notACheckpoint, .emptyRun, .noWeights: .noInput
        case .configuration, .weights, .altered, .type, .ambiguous, .foreignFile: .data
        case .occupied: .cannotCreate
        case .system(let operation, _, _): ExitStatus(action: operation)
        }
    }
}

extension LanguageReferenceError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .missing: .noInput
        case .unnamed(_, let given): given == nil ? .data : .usage
        case .changed, .isCheckpoint: .data
        }
    }
}

extension EvaluationError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .option: .usage
        case .file: .noInput
        case .line, .purpose, .shardCount, .label, .image, .nothing, .notFinite, .takesEmbeddings,
            .languageWidth, .encoding:
            .data
        }
    }
}

extension ResumeError: ExitStatusError {
    var exitStatus: ExitStatus { .data }
}

extension ScheduledEvaluationError: ExitStatusError {
    var exitStatus: ExitStatus { ExitStatus(of: cause) }
}

extension StageError: ExitStatusError {
    var exitStatus: ExitStatus { ExitStatus(of: cause) }
}

extension TrainingError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .noDevice, .nothingToResume, .nothingToEvaluate: .noInput
        case .tooFewSamples, .otherModel, .otherHead, .otherSizes, .otherPositions, .otherNormalization,
            .noNormalizers,
            .otherState,
            .otherAdapter, .finishedStage, .begunStage, .missingStage, .noEmbeddings, .embeddingWidth,
            .otherLanguage:
            .data
        case .notFinite, .gradientsNotFinite, .weightsNotFinite, .dataEnded: .software
        }
    }
}

extension ObjectiveError: ExitStatusError {
    var exitStatus: ExitStatus { .data }
}

extension OptimizerError: ExitStatusError {
    var exitStatus: ExitStatus { .data }
}

extension BenchmarkError: ExitStatusError {
    var exitStatus: ExitStatus { if case .noCaptions = self { .data } else { .usage } }
}

extension TextInputError: ExitStatusError {
    var exitStatus: ExitStatus { .data }
}

extension TokenizerError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .resourceMissing, .unreadable, .unreadableVocabulary, .unreadableTokenizer: .noInput
        case .tooFewMerges, .badMerge, .badVocabulary, .badTokenizer, .unsupportedStep, .unknownPreset,
            .unknownToken:
            .data
        }
    }
}

extension AssetError: ExitStatusError {
    var exitStatus: ExitStatus { .noInput }
}

extension TaggerError: ExitStatusError {
    var exitStatus: ExitStatus { if case .unreadable = self { .noInput } else { .data } }
}

extension TextReductionError: ExitStatusError {
    var exitStatus: ExitStatus { if case .budget = self { .usage } else { .noInput } }
}

extension CocoaError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch code {
        case .fileReadNoSuchFile, .fileNoSuchFile, .fileReadNoPermission: .noInput
        case .fileWriteNoPermission, .fileWriteFileExists, .fileWriteVolumeReadOnly: .cannotCreate
        default: .inputOutput
        }
    }
}
