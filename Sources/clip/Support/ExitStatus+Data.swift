import CLIPData
import RemoteFiles

extension ShardError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .noShards, .missing: .noInput
        case .patternTooLarge, .repeated: .usage
        case .file(_, let action, _): ExitStatus(action: action)
        case .remote(let error): error.exitStatus
        case .foreignIndex: .cannotCreate
        case .tar, .staleIndex, .damagedIndex, .indexFormat, .tooManySuffixes, .listing, .missingColumn,
            .fields:
            .data
        }
    }
}

extension RemoteError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .location, .setting: .usage
        case .forbidden, .notFound: .noInput
        case .unreachable, .status, .certificate, .answer, .wrongRange, .noRanges, .rangeNotSatisfiable:
            .unavailable
        case .changed, .outside, .command, .gzip, .tooLarge: .data
        case .cacheFull: .cannotCreate
        case .file(_, let action, _): ExitStatus(action: action)
        case .stopped: .software
        }
    }
}

extension LoaderError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .setting, .captionPolicy: .usage
        case .tooManyFaults, .noReplacement, .embeddings: .data
        case .stopped, .threads: .software
        }
    }
}

extension CaptionFileError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .noFiles: .noInput
        case .tooManyFiles: .usage
        case .table: .cannotCreate
        case .changed: .temporary
        case .format, .row, .column, .unknownColumns, .unseenColumns, .empty, .repeated, .tooMany, .ambiguous,
            .tableFormat, .noMatch:
            .data
        }
    }
}

extension CaptionFeatureError: ExitStatusError {
    var exitStatus: ExitStatus { if case .noFiles = self { .noInput } else { .data } }
}

extension CaptionFeatureWorkError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .setting: .usage
        case .exists, .noFolder: .cannotCreate
        case .inUse: .temporary
        case .noSpace: .inputOutput
        case .repeatedFile: .usage
        case .begunOtherwise, .noCaptions, .nothingLater, .number, .repeatedPart, .missingParts, .isWhole:
            .data
        case .count: .software
        }
    }
}

extension CaptionArchiveError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .missing: .noInput
        case .members: .usage
        case .sameName: .cannotCreate
        case .noShard, .isArchive, .empty, .key, .noMember, .size, .number, .texts: .data
        }
    }
}

extension PackError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .unknownInput: .noInput
        case .setting: .usage
        case .outputNotEmpty, .outputForeign, .inputInsideOutput: .cannotCreate
        case .nothingLeft: .data
        }
    }
}

extension ImageDecodeError: ExitStatusError {
    var exitStatus: ExitStatus { .data }
}

extension ExitStatus {
    /// The status for a failed call of the system, by what it was to do.
    init(action: String) {
        switch action.prefix(while: { $0 != " " }) {
        case "read", "open", "map": self = .noInput
        case "create", "make": self = .cannotCreate
        default: self = .inputOutput
        }
    }
}
