// swift-tools-version: 6.1
import PackageDescription

/// House settings: the same as the product's.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The product's vocabulary, wire codecs and client, from the repository that this package lies in.
let client = Target.Dependency.product(name: "AssentClient", package: "assent")

let package = Package(
    name: "assent-load",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "assent-load", targets: ["assent-load"])
    ],
    dependencies: [
        .package(name: "assent", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // An arrow of imports only ever points up this list.
        .target(name: "CLoadSockets"),
        .target(name: "LoadModel", dependencies: [client], swiftSettings: house),
        .target(
            name: "LoadReport",
            dependencies: [client, "LoadModel", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: house
        ),
        .target(
            name: "LoadDriver",
            dependencies: [client, "CLoadSockets", "LoadModel", "LoadReport"],
            swiftSettings: house
        ),
        .target(
            name: "LoadScenario",
            dependencies: [client, "CLoadSockets", "LoadDriver", "LoadModel", "LoadReport"],
            swiftSettings: house
        ),
        .executableTarget(
            name: "assent-load",
            dependencies: [
                client, "LoadDriver", "LoadModel", "LoadReport", "LoadScenario",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        .testTarget(name: "LoadModelTests", dependencies: [client, "LoadModel"], swiftSettings: house),
        .testTarget(name: "LoadReportTests", dependencies: ["LoadModel", "LoadReport"], swiftSettings: house),
        .testTarget(
            name: "LoadDriverTests",
            dependencies: [client, "LoadDriver", "LoadModel", "LoadReport"],
            swiftSettings: house
        ),
        .testTarget(
            name: "LoadScenarioTests",
            dependencies: [client, "LoadModel", "LoadReport", "LoadScenario"],
            exclude: ["Samples"],
            swiftSettings: house
        ),
    ]
)
