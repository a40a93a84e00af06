/// Where to compute.
public enum DeviceChoice: Equatable, Sendable {
    /// CUDA where there is a device, otherwise the CPU.
    case automatic
    /// The CPU.
    case cpu
    /// A CUDA device by its number; nil for the process's own.
    case cuda(Int?)
}

extension DeviceChoice: RecipeText {
    static var expectation: String { "`auto`, `cpu`, `cuda` or `cuda:N`" }

    init?(recipeText text: String) {
        switch text {
        case "auto": self = .automatic
        case "cpu": self = .cpu
        case "cuda": self = .cuda(nil)
        default:
            guard text.hasPrefix("cuda:"), let number = Int(text.dropFirst(5)), number >= 0 else {
                return nil
            }
            self = .cuda(number)
        }
    }

    var recipeText: String {
        switch self {
        case .automatic: "auto"
        case .cpu: "cpu"
        case .cuda(let number): number.map { "cuda:\($0)" } ?? "cuda"
        }
    }
}
