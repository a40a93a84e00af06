import CLIPData
import CLIPEvaluation
import RemoteFiles

/// What is wrong with the data of an evaluation during training.
public struct ScheduledEvaluationError: Error, CustomStringConvertible {
    /// The key of the recipe that names it, such as `evaluate.0.captions`.
    public let key: String
    /// What is wrong.
    public let cause: any Error

    /// The key, and what is wrong with what it says.
    public var description: String { "`\(key)`: \(reason ?? "\(cause)")" }

    /// What fields the data has in place of those that are looked for; nil where something else is wrong.
    public var reason: String? {
        guard case .fields(let expected, let purpose, let found, let samples)? = cause as? ShardError else {
            return nil
        }
        let fields = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(12).map { "'\($0.key)'" }
        return "no sample of the evaluation has \(purpose): expected \(Self.quoted(expected)), found "
            + (fields.isEmpty ? "no fields at all" : fields.joined(separator: ", "))
            + " in \(samples) samples. \(advice)"
    }

    private var advice: String {
        switch key.split(separator: ".").last {
        case "captions": "Name the field of its captions here; `null` stands for those that training reads."
        case "imageFields": "Add the field of its pictures."
        default: "Name a data set in CLIP_benchmark's layout, whose samples have it."
        }
    }

    private static func quoted(_ names: [String]) -> String {
        names.map { "'\($0)'" }.joined(separator: " or ")
    }

    /// Runs a body for an evaluation, and names the key of the recipe where it fails.
    ///
    /// - Parameters:
    ///   - number: The evaluation's place in `evaluate`.
    ///   - hasData: Whether it has data of its own.
    static func naming<R>(_ number: Int, hasData: Bool, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch  where hasData {
            let place = "evaluate.\(number)"
            switch error {
            case ShardError.fields(_, "a caption", _, _), LoaderError.captionPolicy:
                throw ScheduledEvaluationError(key: "\(place).captions", cause: error)
            case ShardError.fields(_, "an image", _, _):
                throw ScheduledEvaluationError(key: "data.imageFields", cause: error)
            case _ where concernsData(error):
                throw ScheduledEvaluationError(key: "\(place).data", cause: error)
            default: throw error
            }
        }
    }

    private static func concernsData(_ error: any Error) -> Bool {
        switch error {
        case is ShardError, is LoaderError, is RemoteError: true
        case EvaluationError.notFinite, EvaluationError.takesEmbeddings, EvaluationError.option: false
        default: error is EvaluationError
        }
    }
}
