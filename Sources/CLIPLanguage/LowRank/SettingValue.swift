/// A value of `adapter_config.json`.
enum SettingValue: Decodable, Equatable {
    case nothing
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([SettingValue])
    case object([String: SettingValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .nothing
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([SettingValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: SettingValue].self))
        }
    }

    /// Whether it switches nothing on.
    var isOff: Bool { [.nothing, .flag(false), .list([]), .object([:])].contains(self) }

    /// The texts of a list of texts.
    var texts: [String]? {
        guard case .list(let elements) = self else { return nil }
        let texts = elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return texts.count == elements.count ? texts : nil
    }

    /// A whole number.
    var whole: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
}

extension SettingValue: CustomStringConvertible {
    /// As in the file, for messages.
    var description: String {
        switch self {
        case .nothing: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
        case .text(let text): "'\(text)'"
        case .list(let list): "[\(list.map(\.description).joined(separator: ", "))]"
        case .object(let object):
            "{\(object.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        }
    }
}
