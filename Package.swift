// swift-tools-version: 6.2

import Foundation
import PackageDescription

// libtorch lies in .deps/libtorch after `./scripts/setup`; LIBTORCH overrides the place.
let libtorch =
    Context.environment["LIBTORCH"] ?? "\(Context.packageDirectory)/.deps/libtorch"
if !FileManager.default.fileExists(atPath: "\(libtorch)/lib/libtorch_cpu.so") {
    FileHandle.standardError.write(
        Data(
            "error: no libtorch at \(libtorch). Run ./scripts/setup once, or set LIBTORCH to a folder that holds include/ and lib/.\n"
                .utf8
        )
    )
    exit(1)
}
let hasCUDA = FileManager.default.fileExists(atPath: "\(libtorch)/lib/libtorch_cuda.so")

let torchHeaders: [CXXSetting] = [
    // The kernels are optimised in debug builds too, or the tests would crawl.
    .unsafeFlags([
        "-O2", "-isystem", "\(libtorch)/include",
        "-isystem", "\(libtorch)/include/torch/csrc/api/include",
    ])
]
let torchLibraries: [LinkerSetting] = [
    .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
    .linkedLibrary("torch_cpu"),
    .linkedLibrary("c10"),
]
// --no-as-needed keeps the CUDA libraries, which register themselves and export no symbol that we name.
let cudaLibraries: [LinkerSetting] =
    hasCUDA
    ? [.unsafeFlags(["-Xlinker", "--no-as-needed", "-ltorch_cuda", "-lc10_cuda", "-Xlinker", "--as-needed"])]
    : []

let package = Package(
    name: "swift-clip",
    products: [
        .library(name: "Torch", targets: ["Torch", "TorchNN", "TorchOptim", "TorchDistributed"]),
        .library(
            name: "CLIP",
            targets: [
                "RemoteFiles", "CLIPText", "CLIPData", "CLIPLanguage", "CLIPModels", "CLIPObjectives",
                "CLIPEvaluation", "CLIPTraining",
            ]
        ),
        .executable(name: "clip", targets: ["clip"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .target(name: "CTorch", cxxSettings: torchHeaders, linkerSettings: torchLibraries + cudaLibraries),
        .target(
            name: "CImageCodecs",
            cSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [
                .linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("webp"),
                .linkedLibrary("webpdemux"),
            ]
        ),
        .target(name: "CRemoteFiles", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "LocalFiles"),
        .target(
            name: "RemoteFiles",
            dependencies: [
                "CRemoteFiles", "LocalFiles",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .target(name: "Torch", dependencies: ["CTorch"]),
        .target(name: "TorchNN", dependencies: ["Torch", "LocalFiles"]),
        .target(name: "TorchOptim", dependencies: ["Torch", "TorchNN"]),
        .target(name: "TorchDistributed", dependencies: ["Torch"]),
        .target(
            name: "CLIPText",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            resources: [.copy("Resources")]
        ),
        .target(
            name: "CLIPData",
            dependencies: [
                "CImageCodecs", "LocalFiles", "RemoteFiles",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "CLIPLanguage",
            dependencies: [
                "Torch", "TorchNN", "CLIPText", "LocalFiles",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "CLIPModels",
            dependencies: [
                "Torch", "TorchNN", "CLIPText", "CLIPLanguage", "LocalFiles",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            resources: [.copy("Resources")]
        ),
        .target(name: "CLIPObjectives", dependencies: ["Torch", "TorchDistributed"]),
        .target(
            name: "CLIPEvaluation",
            dependencies: [
                "Torch", "TorchNN", "CLIPLanguage", "CLIPModels", "CLIPObjectives", "CLIPText", "CLIPData",
                "RemoteFiles",
            ]
        ),
        .target(
            name: "CLIPTraining",
            dependencies: [
                "Torch", "TorchNN", "TorchOptim", "TorchDistributed", "CLIPText", "CLIPData", "CLIPLanguage",
                "CLIPModels", "CLIPObjectives", "CLIPEvaluation", "LocalFiles", "RemoteFiles",
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .executableTarget(
            name: "clip",
            dependencies: [
                "Torch", "TorchNN", "CLIPText", "CLIPData", "CLIPLanguage", "CLIPModels", "CLIPEvaluation",
                "CLIPTraining", "CLIPObjectives", "LocalFiles", "RemoteFiles", "TorchOptim",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "custom-loop",
            dependencies: [
                "Torch", "TorchNN", "TorchOptim", "TorchDistributed", "CLIPText", "CLIPData", "CLIPModels",
                "CLIPObjectives", "CLIPTraining",
            ],
            path: "Examples/CustomLoop"
        ),
        .target(
            name: "LoopbackServer",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/Support/LoopbackServer",
            exclude: ["Certificates"]
        ),
        .target(
            name: "SimulatedRanks",
            dependencies: ["Torch", "TorchDistributed"],
            path: "Tests/Support/SimulatedRanks"
        ),
        .testTarget(name: "RemoteFilesTests", dependencies: ["RemoteFiles", "LocalFiles", "LoopbackServer"]),
        .testTarget(name: "TorchTests", dependencies: ["CTorch", "Torch", "TorchNN", "TorchOptim"]),
        .testTarget(name: "CLIPTextTests", dependencies: ["CLIPText"], exclude: ["Fixtures"]),
        .testTarget(
            name: "CLIPDataTests",
            dependencies: [
                "CLIPData", "CImageCodecs", "LocalFiles", "RemoteFiles", "LoopbackServer",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "CLIPLanguageTests",
            dependencies: ["CLIPLanguage", "CLIPText", "LocalFiles", "Torch", "TorchNN"],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "CLIPModelsTests",
            dependencies: [
                "CLIPModels", "CLIPLanguage", "CLIPText", "LocalFiles", "Torch", "TorchNN", "TorchOptim",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "CLIPObjectivesTests",
            dependencies: ["CLIPObjectives", "TorchDistributed", "Torch", "SimulatedRanks"]
        ),
        .testTarget(
            name: "CLIPEvaluationTests",
            dependencies: ["CLIPEvaluation", "CLIPModels", "CLIPData", "CLIPText", "Torch", "TorchNN"]
        ),
        .testTarget(
            name: "CLIPTrainingTests",
            dependencies: [
                "CLIPTraining", "CLIPEvaluation", "CLIPData", "CLIPLanguage", "CLIPModels", "CLIPObjectives",
                "CLIPText", "LocalFiles",
                "LoopbackServer", "RemoteFiles", "SimulatedRanks", "Torch", "TorchDistributed", "TorchNN",
                "TorchOptim",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(name: "ClipToolTests", dependencies: ["clip", "custom-loop"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)

for target in package.targets where target.type != .plugin {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
        ]
}
