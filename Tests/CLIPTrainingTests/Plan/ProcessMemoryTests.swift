import Foundation
import Testing

@testable import CLIPTraining

@Suite struct ProcessMemoryTests {
    @Test func figuresAreReadFromTheSystemsLines() {
        let text = "VmPeak:\t 9 kB\nVmHWM:\t    1024 kB\nVmRSS:\t 7 kB\n"
        #expect(ProcessMemory.bytes(of: "VmHWM", in: text) == 1 << 20)
        #expect(ProcessMemory.bytes(of: "VmRSS", in: text) == 7 << 10)
        #expect(ProcessMemory.bytes(of: "VmSwap", in: text) == nil)
    }

    /// The memory of a process belongs to all of its tests.
    @Test func aPeakOfBeforeIsNotThatOfNow() async {
        await #expect(processExitsWith: .success) {
            let first = ProcessMemory.peakResidentBytes
            let count = 200 << 20
            let memory = try #require(
                mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            )
            memset(memory, 1, count)
            munmap(memory, count)
            let peak = ProcessMemory.peakResidentBytes
            #expect(peak > first + 150 << 20)
            #expect(ProcessMemory.peakResidentBytes(since: first) == peak)
            #expect(ProcessMemory.peakResidentBytes(since: peak) < peak - 100 << 20)
        }
    }
}
