import FuzzSupport

@testable import CLIPData
@testable import FuzzChecks

/// A decoder's rows of four channels, filled beforehand.
@Sendable func fillScratch(_ workspace: ImageWorkspace, _ value: UInt8) {
    fuzz_fill_scratch(UnsafeMutableRawPointer(workspace.decoder), 4 * FuzzImage.maxPixels, value)
}
