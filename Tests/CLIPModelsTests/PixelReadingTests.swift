import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPModels

/// How files become pixels, as checkpoints carry it.
@Suite struct PixelReadingTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func model(_ pixels: PixelReading) throws -> CLIPModel {
        let json = """
            {"embed_dim": 8, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8, "head_width": 8, "layers": 1},
             "text_cfg": {"context_length": 8, "vocab_size": 10, "width": 8, "heads": 1, "layers": 1}}
            """
        return try CLIPModel(
            ModelConfiguration(json: Data(json.utf8)),
            preprocessing: Preprocessing(pixels: pixels),
            parameters: ParameterStore(.initialize(seed: 1))
        )
    }

    private func file(_ path: String) -> URL { URL(fileURLWithPath: "\(path)/open_clip_config.json") }

    private func object(_ path: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file(path))) as? [String: Any])
    }

    @Test func everySettingIsCarried() throws {
        for alpha in PixelReading.Alpha.allCases {
            for orientation in PixelReading.Orientation.allCases {
                for gray16 in PixelReading.Gray16.allCases {
                    let pixels = PixelReading(alpha: alpha, orientation: orientation, gray16: gray16)
                    let path = folder.path("\(alpha)-\(orientation)-\(gray16)")
                    try model(pixels).save(to: path)
                    #expect(try CLIPModel.load(from: path).preprocessing.pixels == pixels)
                    // open_clip reads the two objects that it knows.
                    #expect(try object(path).keys.sorted() == ["model_cfg", "preprocess_cfg", "swift_clip"])
                }
            }
        }
    }

    /// As builds before this setting wrote it: without `swift_clip`, or with it where open_clip lacks words.
    @Test func filesOfOursFromBeforeMeanWhite() throws {
        let path = folder.path("before")
        try model(PixelReading()).save(to: path)
        var old = try object(path)
        old["swift_clip"] = nil
        let options: JSONSerialization.WritingOptions = [
            .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
        ]
        try JSONSerialization.data(withJSONObject: old, options: options).write(to: file(path))
        #expect(try CheckpointDirectory(path).preprocessing.pixels == PixelReading(alpha: .white))

        old["swift_clip"] = ["objective_parameters": ["margin": 1]]
        try JSONSerialization.data(withJSONObject: old).write(to: file(path))
        #expect(try CheckpointDirectory(path).preprocessing.pixels == PixelReading(alpha: .white))
    }

    @Test func filesOfOpenCLIPMeanDrop() throws {
        let path = folder.path("theirs")
        try model(PixelReading(alpha: .white)).save(to: path)
        // The same content as Python's json.dump(indent=2) writes it.
        let text = """
            {
              "model_cfg": {
                "embed_dim": 8,
                "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8, "head_width": 8, "layers": 1},
                "text_cfg": {"context_length": 8, "vocab_size": 10, "width": 8, "heads": 1, "layers": 1}
              },
              "preprocess_cfg": {
                "mean": [0.5, 0.5, 0.5],
                "std": [0.5, 0.5, 0.5],
                "interpolation": "bicubic",
                "resize_mode": "squash"
              }
            }
            """
        try Data(text.utf8).write(to: file(path))
        let preprocessing = try CLIPModel.load(from: path).preprocessing
        #expect(preprocessing.pixels == PixelReading(alpha: .drop, orientation: .ignore, gray16: .clip))
        #expect(preprocessing.resizeMode == .squash)
    }

    @Test(arguments: [
        (#"{"alpha": "black"}"#, "swift_clip.pixels.alpha"), (#"{"gamma": 2}"#, "swift_clip.pixels.gamma"),
    ])
    func whatIsUnknownIsRefused(_ pixels: String, key: String) throws {
        let path = folder.path("odd")
        try model(PixelReading()).save(to: path)
        var root = try object(path)
        root["swift_clip"] = ["pixels": try JSONSerialization.jsonObject(with: Data(pixels.utf8))]
        try JSONSerialization.data(withJSONObject: root).write(to: file(path))
        #expect {
            try CheckpointDirectory(path)
        } throws: {
            "\($0)".contains("'\(key)'")
        }
    }

    @Test func changesLeaveTheRest() {
        let reading = PixelReading(alpha: .white, orientation: .apply, gray16: .scale)
        #expect(reading.changed(by: .init()) == reading)
        #expect(reading.changed(by: .init(alpha: .drop)) == PixelReading(orientation: .apply, gray16: .scale))
    }
}
