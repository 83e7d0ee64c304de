// swift-tools-version: 6.1
import PackageDescription

/// The fuzzers, in a package of their own because they need flags that nothing else must get. See `run`.
let fuzzer: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // The fuzzing library brings its own `main`.
    .unsafeFlags(["-parse-as-library"]),
]

let package = Package(
    name: "assent-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "assent", path: "../..")],
    targets: [
        .executableTarget(
            name: "FrameFuzzer",
            dependencies: [.product(name: "AssentFuzz", package: "assent")],
            swiftSettings: fuzzer
        ),
        .executableTarget(
            name: "JournalFuzzer",
            dependencies: [.product(name: "AssentFuzz", package: "assent")],
            swiftSettings: fuzzer
        ),
        .executableTarget(
            name: "RuleFuzzer",
            dependencies: [.product(name: "AssentFuzz", package: "assent")],
            swiftSettings: fuzzer
        ),
        .executableTarget(
            name: "SessionFuzzer",
            dependencies: [.product(name: "AssentSessionFuzz", package: "assent")],
            swiftSettings: fuzzer
        ),
        .executableTarget(
            name: "CanaryFuzzer",
            dependencies: [.product(name: "AssentFuzz", package: "assent")],
            swiftSettings: fuzzer
        ),
    ]
)
