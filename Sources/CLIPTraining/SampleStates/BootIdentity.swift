import Foundation

/// Which start of the system this is; zeros where the system does not say.
struct BootIdentity: Equatable {
    var high: UInt64
    var low: UInt64

    static let unknown = BootIdentity(high: 0, low: 0)

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The running system's.
    static func current() -> BootIdentity {
        guard let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        else {
            return unknown
        }
        let digits = text.filter(\.isHexDigit)
        guard digits.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return unknown }
        return BootIdentity(high: high, low: low)
    }
}
