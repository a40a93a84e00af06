import Foundation

/// Names that the tool is given by its parent, as bytes.
enum InheritedNames {
    /// Refuses names that are no text: Swift would put U+FFFD for what it cannot read, which is another name.
    ///
    /// - Throws: `ToolError.argument`, `.workingFolder`.
    static func check() throws(ToolError) {
        for number in 1..<max(1, Int(CommandLine.argc)) {
            guard let bytes = CommandLine.unsafeArgv[number], String(validatingCString: bytes) == nil else {
                continue
            }
            throw .argument(number: number, text: String(cString: bytes))
        }
        guard let folder = getcwd(nil, 0) else { return }
        defer { free(folder) }
        guard String(validatingCString: folder) != nil else {
            throw .workingFolder(String(cString: folder))
        }
    }
}
