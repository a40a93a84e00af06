import CRemoteFiles
import Foundation
import LocalFiles

extension SharedFile {
    /// Makes bytes zeros and gives their space back; the length stays.
    ///
    /// - Throws: `POSIXError`; `EOPNOTSUPP` where the file system cannot.
    func punch(_ range: Range<Int>) throws {
        guard !range.isEmpty else { return }
        let number = withDescriptor { remote_punch($0, Int64(range.lowerBound), Int64(range.count)) }
        guard number == 0 else { throw POSIXError(POSIXErrorCode(rawValue: number) ?? .EIO) }
    }
}
