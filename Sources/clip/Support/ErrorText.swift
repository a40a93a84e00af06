import CLIPTraining
import Foundation

/// Errors in words for people.
enum ErrorText {
    static func describe(_ error: any Error) -> String {
        switch error {
        // Foundation's errors describe themselves for programmers.
        case let error as CocoaError:
            let path = error.filePath ?? error.url?.path
            return (path.map { "\($0): " } ?? "") + error.localizedDescription
        case let error as DecodingError: return describe(error)
        case let error as StageError:
            return "in stages.\(error.number) (\(error.name)): \(describe(error.cause))"
        case let error as ScheduledEvaluationError:
            return "`\(error.key)`: \(error.reason ?? describe(error.cause))"
        default: return String(describing: error)
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        let context: DecodingError.Context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default:
                .init(codingPath: [], debugDescription: "the data has another form than expected")
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    }
}
