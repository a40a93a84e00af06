// swift-tools-version: 6.2
import PackageDescription

// Built by ./run. A package of its own, because the fuzzer needs neither libtorch nor the tool; the sources are links
// to those of the repository. Only our code is instrumented: swift-crypto is not what is looked for.
let sanitizers = "fuzzer,address"
let cSettings: [CSetting] = [.unsafeFlags(["-O2", "-g", "-fsanitize=fuzzer-no-link,address"])]
// Optimised, or the fuzzer would crawl, but with the checks of a debug build, such as the bounds of unsafe buffers.
let swiftSettings: [SwiftSetting] = [
    .unsafeFlags(["-sanitize=\(sanitizers)", "-O", "-assert-config", "Debug", "-enable-testing"]),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .target(
            name: "CImageCodecs",
            cSettings: cSettings,
            linkerSettings: [
                .linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("webp"),
                .linkedLibrary("webpdemux"),
            ]
        ),
        .target(name: "LocalFiles", swiftSettings: swiftSettings),
        .target(name: "CRemoteFiles", linkerSettings: [.linkedLibrary("z")]),
        .target(
            name: "RemoteFiles",
            dependencies: [
                "CRemoteFiles", "LocalFiles",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "CLIPData",
            dependencies: [
                "CImageCodecs", "LocalFiles", "RemoteFiles",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "FuzzChecks",
            dependencies: ["CLIPData", "LocalFiles", "RemoteFiles"],
            swiftSettings: swiftSettings
        ),
        // Mutators are not instrumented, or the fuzzer would hunt for coverage of itself.
        .target(
            name: "FuzzSupport",
            dependencies: ["CImageCodecs"],
            cSettings: [.unsafeFlags(["-O2", "-g"])]
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: ["CLIPData", "FuzzChecks", "FuzzSupport"],
            // Its entry point is in FuzzSupport.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=\(sanitizers)"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
