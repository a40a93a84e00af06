import CLIPData
import FuzzSupport
import Glibc

@testable import FuzzChecks

/// Which target this process fuzzes, from the environment, as libFuzzer's own arguments are positional.
private let target: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        fatalError(
            "FUZZ_TARGET is '\(name)'; expected one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))"
        )
    }
    return target
}()

/// A directory of this process alone, since the fuzzer runs several.
private let files: FuzzFiles = {
    let base = getenv("FUZZ_SCRATCH").map { String(cString: $0) } ?? "/tmp"
    let directory = "\(base)/fuzz-\(getpid())"
    mkdir(directory, 0o700)
    return FuzzFiles(directory: directory, fill: fillScratch)
}()

/// Called once by libFuzzer.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<Int32>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> Int32 {
    fuzz_choose_mutator(target.rawValue)
    return 0
}

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do {
        // libFuzzer hands out an allocation of exactly this size, so that a read past the end is seen.
        let words = try target.check(UnsafeRawBufferPointer(start: start, count: count), files: files)
        var hash: UInt64 = 14_695_981_039_346_656_037
        // Numbers, and what messages quote from the input, would make every input look new.
        var quotes = 0
        for byte in words.utf8 {
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { quotes += 1 }
            guard quotes % 2 == 0, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { continue }
            hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
        fuzz_note(hash)
    } catch {
        fatalError("\(target.rawValue): \(error)")
    }
    return 0
}
