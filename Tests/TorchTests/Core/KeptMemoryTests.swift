import Foundation
import Testing
import Torch

/// The allocator of programs that train: it belongs to the process, so that each test has one of its own.
@Suite struct KeptMemoryTests {
    /// Blocks of one size that come and go between others that stay take the same place again.
    @Test func freedBlocksAreUsedAgain() async {
        await #expect(processExitsWith: .success) {
            try Runtime.keepFreedMemory()
            func residentBytes() throws -> Int {
                let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
            }
            var kept: [Tensor] = []
            let before = try residentBytes()
            for _ in 0..<32 {
                let large = try Tensor.zeros([2 << 20])
                kept.append(try Tensor.zeros([16 << 10]))
                withExtendedLifetime(large) {}
            }
            guard try residentBytes() - before < 80 << 20 else { fatalError("the heap grew") }
        }
    }

    /// Also from between blocks that stay, as between two parts of a run.
    @Test func whatIsKeptGoesBackOnRequest() async {
        await #expect(processExitsWith: .success) {
            try Runtime.keepFreedMemory()
            func residentBytes() throws -> Int {
                let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
            }
            let before = try residentBytes()
            var large: [Tensor] = []
            var kept: [Tensor] = []
            for _ in 0..<16 {
                large.append(try Tensor.zeros([2 << 20]))
                kept.append(try Tensor.zeros([1 << 10]))
            }
            large = []
            guard try residentBytes() - before > 100 << 20 else { fatalError("nothing was kept") }
            try Device.cpu.emptyCache()
            guard try residentBytes() - before < 30 << 20 else { fatalError("the memory stayed") }
            withExtendedLifetime(kept) {}
        }
    }

    /// libtorch also asks for memory by plain pointers, as for products in bfloat16.
    @Test func productsComputeTheSame() async {
        await #expect(processExitsWith: .success) {
            func product(_ type: DType) throws -> [Float] {
                let rows = try Tensor((0..<48).map { Float($0) / 48 }).reshaped([6, 8]).to(type)
                let weight = try Tensor((0..<40).map { Float($0) / 40 }).reshaped([5, 8]).to(type)
                return try rows.linear(weight, nil).to(.float32).scalars()
            }
            let before = try [DType.float32, .bfloat16].map(product)
            try Runtime.keepFreedMemory()
            guard try [DType.float32, .bfloat16].map(product) == before else { fatalError("products differ") }
            // Nothing is a size, too.
            guard try Tensor.zeros([0, 3]).count == 0 else { fatalError("an empty tensor has elements") }
        }
    }
}
