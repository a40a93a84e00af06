import CLIPLanguage

extension LanguageModelError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch self {
        case .notFound, .missingShard: .noInput
        default: .data
        }
    }
}

extension LowRankError: ExitStatusError {
    var exitStatus: ExitStatus {
        switch problem {
        case .noFile: .noInput
        case .occupied: .cannotCreate
        case .system(let operation, _): ExitStatus(action: operation)
        default: .data
        }
    }
}

extension GGUFError: ExitStatusError {
    var exitStatus: ExitStatus {
        if case .system(let operation, _) = problem { ExitStatus(action: operation) } else { .data }
    }
}
