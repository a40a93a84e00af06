import Foundation
import Synchronization

@testable import CLIPData

/// An "image" is a number in decimal; its row is that number, a random byte of the crop stream, and zeros.
struct NumberImages: ImageTransforming {
    struct NotANumber: SampleFaultError {
        var faultKind: FaultKind { FaultKind(rawValue: "not a number") }
    }

    let width = 2
    let height = 1
    /// Some rows take longer, so that threads overtake each other.
    var isUneven = false

    func transform(
        _ encoded: UnsafeRawBufferPointer,
        into row: UnsafeMutableBufferPointer<UInt8>,
        using random: inout CounterRandom,
        workspace: ImageWorkspace
    ) throws {
        guard let number = Int(String(decoding: encoded, as: UTF8.self)) else { throw NotANumber() }
        if isUneven && number % 7 == 0 { usleep(2000) }
        row.update(repeating: 0)
        row[0] = UInt8(truncatingIfNeeded: number)
        row[1] = UInt8(truncatingIfNeeded: random.next())
    }
}

/// One token for each byte.
func byteTokens(_ text: String) -> [Int32] { text.utf8.map(Int32.init) }

extension DataLoader {
    convenience init(_ data: any SampleSource, _ settings: LoaderSettings, isUneven: Bool = false) throws {
        try self.init(
            source: data,
            settings: settings,
            images: NumberImages(isUneven: isUneven),
            tokenize: byteTokens
        )
    }

    func take(_ count: Int) throws -> [Batch] {
        try (0..<count).compactMap { _ in try next() }
    }
}

extension Batch {
    /// All that must not depend on threads, as one value.
    var fingerprint: String {
        guard case .tokens(let ids, let offsets) = text else { return "" }
        let pixels = images.withUnsafeBytes { Array($0.prefix(count * 3 * height * width)) }
        return
            "\(position) \(count) \(pixels) \(ids) \(offsets) \(captionOffsets) \(captionKeys) \(captionSources) \(ordinals) \(visits) \(faults)"
    }

    func captionText(_ number: Int) -> String {
        guard case .tokens(let ids, let offsets) = text else { return "" }
        let bytes = ids[Int(offsets[number])..<Int(offsets[number + 1])].map { UInt8($0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Counts calls from any thread.
final class AtomicCount: Sendable {
    private let value = Mutex(0)

    /// 0, 1, 2, …
    func next() -> Int {
        value.withLock { value in
            defer { value += 1 }
            return value
        }
    }
}
