import Foundation

/// Numbers in words for people.
enum Figures {
    /// `1,234,567`
    static func grouped(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(Substring(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "-" : "") + ([Substring(digits)] + groups).joined(separator: ",")
    }

    /// `1.5 GB`
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        var unit = 0
        let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
        while value >= 1000 && unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(count) bytes" : "\(fixed(value, 1)) \(units[unit])"
    }

    /// `40 s`, `12 min`, `1.5 h`
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 90 { return "\(whole) s" }
        return whole < 5400 ? "\((whole + 30) / 60) min" : "\(fixed(seconds / 3600, 1)) h"
    }

    /// A fraction as `12.3 %`.
    static func percent(_ share: Double, digits: Int = 1) -> String { "\(fixed(100 * share, digits)) %" }

    /// Whether a name comes before another, with the numbers in them by value: `acc5` before `acc10`.
    static func precedes(_ first: String, _ second: String) -> Bool {
        first.compare(second, options: .numeric) == .orderedAscending
    }

    /// A number with so many digits behind the point.
    static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
