import Foundation
import LocalFiles

/// The number of a run directory's layout, kept in `run.json`.
///
/// 1: one stage; such directories have no `run.json`. 2: stages, and a recipe in each checkpoint. 3: ``RunDescription``.
struct RunFormat: Codable {
    static let version = FormatVersion(3, readsFrom: 1)
    static let name = "run.json"

    var format = Self.version.current

    /// Writes the number into a new run.
    static func write(to run: URL) throws {
        try DurableFile.replace(run.appending(path: name), with: JSONEncoder().encode(RunFormat()))
    }

    /// Refuses a directory that another version of this package wrote and this one cannot read.
    ///
    /// - Throws: `UnreadableFormat`; `RunDirectoryError` for a file that holds no number.
    static func check(_ run: URL) throws {
        let file = run.appending(path: name)
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        guard let data = try? Data(contentsOf: file),
            let found = try? JSONDecoder().decode(RunFormat.self, from: data), found.format >= 0
        else { throw RunDirectoryError.unreadable(path: file.path) }
        try version.check(
            UInt64(found.format),
            of: run.path,
            remedy: "use the run with the version that wrote it"
        )
    }
}
