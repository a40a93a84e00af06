/// Where people give a setting.
enum SettingPlace {
    /// Keys of a recipe that are options of commands, too.
    private static let options = [
        "data.cache.directory": "--cache",
        "data.cache.limit": "--cache-limit",
        "data.remote.certificates": "--certificates",
    ]

    /// A setting for messages.
    ///
    /// - Parameter name: Its key in a recipe, or, where recipes have none, its name in Swift.
    static func text(_ name: String) -> String {
        guard name.hasPrefix("data.") else { return "`\(name)`" }
        return "`\(name)` in a recipe" + (options[name].map { ", or `\($0)`" } ?? "")
    }
}
