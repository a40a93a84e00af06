import CLIPData

/// Problems with the arguments of a command that no library sees.
enum ToolError: ExitStatusError, CustomStringConvertible {
    /// A file that is not there.
    case noFile(String)
    /// A file that cannot be read.
    case unreadable(String)
    /// A file without a line.
    case empty(String)
    /// A file of texts in another encoding.
    case notUTF8(String, line: Int, NotUTF8)
    /// A line of a file of texts as JSON that is none.
    case noText(String, line: Int, found: String)
    /// An output file in a folder that is not there, or that cannot be written to.
    case noFolder(file: String, folder: String)
    /// An output file where something is already.
    case outputExists(String)
    /// An argument that is no UTF-8.
    case argument(number: Int, text: String)
    /// A folder to start in whose name is no UTF-8.
    case workingFolder(String)
    /// A CUDA device that is not there.
    case noDevice(String, found: Int)

    var description: String {
        switch self {
        case .noFile(let path): "there is no file '\(path)'"
        case .unreadable(let path):
            "'\(path)' cannot be read; expected a text file with one text on each line"
        case .empty(let path): "'\(path)' is empty; expected one text on each line"
        case .notUTF8(let path, let line, let error):
            "'\(path)', line \(line): \(error)"
        case .noText(let path, let line, let found):
            "'\(path)', line \(line): found \(found), expected a text in quotation marks, as JSON has it"
        case .noFolder(let file, let folder):
            "'\(file)' cannot be made: '\(folder)' is no folder that can be written to; make it first"
        case .outputExists(let path):
            "'\(path)' is there already and is not overwritten; choose another --out, or remove it first"
        case .argument(let number, let text):
            "argument \(number), '\(text)', is no UTF-8, and another name would be read; rename the file or folder, or set the terminal to UTF-8"
        case .workingFolder(let path):
            "clip was started in '\(path)', whose name is no UTF-8, and another name would be read; rename the folder, or start elsewhere"
        case .noDevice(let name, let found):
            "there is no device \(name): libtorch sees \(found) CUDA device\(found == 1 ? "" : "s"); leave --device out to use what is there"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .noFile, .unreadable, .noDevice: .noInput
        case .empty, .notUTF8, .noText: .data
        case .argument, .workingFolder: .usage
        case .noFolder, .outputExists: .cannotCreate
        }
    }
}
