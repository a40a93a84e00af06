import CTorch
import Testing

@Suite struct CInterfaceTests {
    @Test func callsGiveTensorsAndStatus() throws {
        var message: UnsafeMutablePointer<CChar>?
        var tensor: CTTensor?
        let cpu = CTDevice(kind: .CPU, index: 0)
        #expect(ct_full([2, 3], 2, 1.5, .CT_FLOAT32, cpu, &tensor, &message) == .OK)
        let made = try #require(tensor)
        defer { ct_release(made) }
        var total: CTTensor?
        #expect(ct_sum(made, nil, 0, false, &total, &message) == .OK)
        let sum = try #require(total)
        defer { ct_release(sum) }
        var value = 0.0
        #expect(ct_item(sum, &value, &message) == .OK)
        #expect(value == 9)
        #expect(message == nil)
    }

    @Test func failureGivesMessageAndNoTensor() throws {
        var message: UnsafeMutablePointer<CChar>?
        var tensor: CTTensor?
        let cpu = CTDevice(kind: .CPU, index: 0)
        #expect(ct_full([-1], 1, 0, .CT_FLOAT32, cpu, &tensor, &message) == .FAILED)
        #expect(tensor == nil)
        #expect(!String(cString: try #require(message)).isEmpty)
        ct_message_free(message)
    }
}
