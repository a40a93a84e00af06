import Foundation

/// Which linear layers PEFT's `target_modules` or `exclude_modules` name.
enum ModuleChoice {
    /// All that are no head.
    case all
    /// By the whole name or its last parts.
    case names([String])
    /// By an expression for the whole name.
    case expression(Regex<AnyRegexOutput>)

    /// Reads a setting.
    init?(_ value: SettingValue) throws {
        switch value {
        case .text(let text):
            self = text.lowercased() == "all-linear" ? .all : .expression(try Regex(text))
        case .list:
            guard let texts = value.texts else { return nil }
            self = .names(texts)
        default: return nil
        }
    }

    /// Whether it names a layer.
    func contains(_ name: String) -> Bool {
        switch self {
        case .all: true
        case .names(let names): names.contains { name == $0 || name.hasSuffix(".\($0)") }
        case .expression(let expression): name.wholeMatch(of: expression) != nil
        }
    }
}
