public import ArgumentParser
public import CLIPModels

/// How image files become pixels, where it is to be another way than the checkpoint's.
struct PixelOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Transparency: composite on white, or drop the alpha channel. (default: as the checkpoint says)"
    )
    var alpha: PixelReading.Alpha?

    @Option(
        name: .long,
        help: "Orientation in EXIF or XMP data: ignore or apply it. (default: as the checkpoint says)"
    )
    var orientation: PixelReading.Orientation?

    @Option(
        name: .long,
        help: "Gray of 16 bits: clip at 255, or scale to 8 bits. (default: as the checkpoint says)"
    )
    var gray16: PixelReading.Gray16?

    var changes: PixelReading.Changes {
        PixelReading.Changes(alpha: alpha, orientation: orientation, gray16: gray16)
    }
}

extension PixelReading.Alpha: ExpressibleByArgument {}
extension PixelReading.Orientation: ExpressibleByArgument {}
extension PixelReading.Gray16: ExpressibleByArgument {}
