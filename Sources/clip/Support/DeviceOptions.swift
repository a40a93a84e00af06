import ArgumentParser
import Torch

/// Where a command computes.
struct DeviceOptions: ParsableArguments {
    @Option(
        name: .customLong("device"),
        help: "auto (the first GPU, otherwise the CPU), cpu, cuda or cuda:N."
    )
    var name = "auto"

    /// The device, which is there.
    var device: Device {
        get throws {
            guard let device = Device(name) else {
                throw ValidationError("--device is '\(name)'; expected auto, cpu, cuda or cuda:N.")
            }
            if case .cuda(let index) = device, index >= Device.cudaCount {
                throw ToolError.noDevice(name, found: Device.cudaCount)
            }
            return device
        }
    }
}
