// swift-tools-version: 6.1
import PackageDescription

/// House settings: one list for every Swift target of the package.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "assent",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "assentd", targets: ["assentd"]),
        .executable(name: "assentctl", targets: ["assentctl"]),
        .executable(name: "assent-verify", targets: ["assent-verify"]),
        .executable(name: "assent-train", targets: ["assent-train"]),
        .executable(name: "protocolgen", targets: ["protocolgen"]),
        .library(name: "AssentClient", targets: ["Client", "Cryptography", "Domain", "Wire", "Platform", "Checksum"]),
        .library(name: "AssentFuzz", targets: ["FuzzBodies"]),
        .library(name: "AssentSessionFuzz", targets: ["FuzzedSessions"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // An arrow of imports only ever points up this list; TidyTests holds it.
        .target(name: "CChecksum"),
        .target(name: "CPlatform"),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .target(name: "Domain", swiftSettings: house),
        .target(name: "Checksum", dependencies: ["CChecksum"], swiftSettings: house),
        .target(name: "Platform", dependencies: ["CPlatform"], swiftSettings: house),
        .target(name: "Cryptography", dependencies: ["COpenSSL"], swiftSettings: house),
        .target(name: "Merkle", dependencies: ["Cryptography"], swiftSettings: house),
        .target(name: "Rules", dependencies: ["Domain"], swiftSettings: house),
        .target(name: "Score", dependencies: ["Cryptography", "Domain"], swiftSettings: house),
        .target(name: "Authorization", dependencies: ["Domain", "Rules"], swiftSettings: house),
        .target(name: "Ledger", dependencies: ["Authorization", "Domain"], swiftSettings: house),
        .target(name: "Wire", dependencies: ["Checksum", "Domain"], swiftSettings: house),
        .target(name: "Journal", dependencies: ["Checksum", "Platform"], swiftSettings: house),
        .target(
            name: "Reexecution",
            dependencies: ["Authorization", "Domain", "Journal", "Rules"],
            swiftSettings: house
        ),
        .target(
            name: "Audit",
            dependencies: ["Cryptography", "Journal", "Merkle", "Platform"],
            swiftSettings: house
        ),
        .target(
            name: "Backup",
            dependencies: ["Audit", "Cryptography", "Journal", "Merkle", "Platform"],
            swiftSettings: house
        ),
        .target(name: "Archive", dependencies: ["Checksum", "Platform"], swiftSettings: house),
        .target(
            name: "Projection",
            dependencies: [
                "Authorization", "Domain", "Journal", "Ledger", "Platform",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: house
        ),
        .target(
            name: "Engine",
            dependencies: ["Archive", "Authorization", "Domain", "Journal", "Platform", "Rules"],
            swiftSettings: house
        ),
        .target(
            name: "Transport",
            dependencies: [
                "Cryptography", "Domain", "Platform", "Wire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: house
        ),
        .target(name: "Client", dependencies: ["Cryptography", "Domain", "Platform", "Wire"], swiftSettings: house),
        .target(
            name: "Service",
            dependencies: [
                "Authorization", "Cryptography", "Domain", "Engine", "Journal", "Ledger", "Platform", "Projection",
                "Rules", "Transport", "Wire",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "assentd",
            dependencies: [
                "Archive", "Audit", "Backup", "Cryptography", "Domain", "Engine", "Journal", "Merkle", "Platform",
                "Projection", "Service", "Transport", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "assentctl",
            dependencies: [
                "Audit", "Authorization", "Backup", "Client", "Cryptography", "Domain", "Journal", "Merkle", "Platform",
                "Rules", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        // The auditors' tool: of the product it knows the formats and how to read a file, and nothing else.
        .executableTarget(
            name: "assent-verify",
            dependencies: [
                "Audit", "Cryptography", "Journal", "Merkle", "Platform", "Reexecution",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        // Trains models. It takes XGBoost's library when it runs and has found it there; nothing is linked with it.
        .executableTarget(
            name: "assent-train",
            dependencies: [
                "Cryptography", "Domain", "Platform", "Score",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        .executableTarget(name: "protocolgen", swiftSettings: house),
        // What shows the client and lets assent-conformance ask by it; beside those in other languages.
        .executableTarget(
            name: "example-gateway",
            dependencies: ["Client", "Domain", "Platform", "Wire"],
            path: "Protocol/clients/swift/Gateway",
            swiftSettings: house
        ),
        .executableTarget(
            name: "client-driver",
            dependencies: ["Client", "Cryptography", "Domain", "Platform", "Wire"],
            path: "Protocol/clients/swift/Driver",
            swiftSettings: house
        ),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .target(name: "Randomness", path: "Tests/Randomness", swiftSettings: house),
        // Certificates that the openssl command makes, for tests.
        .target(name: "TestCertificates", path: "Tests/TestCertificates", swiftSettings: house),
        .testTarget(name: "DomainTests", dependencies: ["Domain", "Randomness"], swiftSettings: house),
        .testTarget(name: "ChecksumTests", dependencies: ["Checksum", "Randomness"], swiftSettings: house),
        .testTarget(name: "PlatformTests", dependencies: ["Platform"], swiftSettings: house),
        .testTarget(
            name: "CryptographyTests",
            dependencies: ["Cryptography", "TestCertificates"],
            swiftSettings: house
        ),
        .testTarget(name: "MerkleTests", dependencies: ["Cryptography", "Merkle"], swiftSettings: house),
        .testTarget(
            name: "AssentVerifyTests",
            dependencies: ["Cryptography", "Merkle", "assent-verify"],
            swiftSettings: house
        ),
        .testTarget(
            name: "AuthorizationTests",
            dependencies: ["Authorization", "CAllocationCounter", "Domain", "Randomness", "Rules"],
            swiftSettings: house
        ),
        .testTarget(
            name: "RulesTests",
            dependencies: ["Authorization", "CAllocationCounter", "Domain", "Randomness", "Rules"],
            swiftSettings: house
        ),
        .testTarget(
            name: "ScoreTests",
            dependencies: ["CAllocationCounter", "Cryptography", "Domain", "Randomness", "Score"],
            swiftSettings: house
        ),
        .testTarget(
            name: "AssentTrainTests",
            dependencies: [
                "Cryptography", "Domain", "Randomness", "Score", "assent-train",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Vectors"],
            swiftSettings: house
        ),
        // A second, slow implementation of what Authorization does to payments: it shares no code with it.
        .testTarget(
            name: "LifecycleModelTests",
            dependencies: ["Authorization", "Domain", "Randomness"],
            swiftSettings: house
        ),
        .testTarget(
            name: "WireTests",
            dependencies: ["CAllocationCounter", "Checksum", "Domain", "Randomness", "Wire"],
            swiftSettings: house
        ),
        .testTarget(
            name: "LedgerTests",
            dependencies: ["Authorization", "Domain", "Ledger", "Randomness"],
            swiftSettings: house
        ),
        .testTarget(
            name: "ProjectionTests",
            dependencies: [
                "Authorization", "Domain", "Engine", "Journal", "Ledger", "Platform", "Projection", "Randomness",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: house
        ),
        .testTarget(name: "JournalTests", dependencies: ["Journal", "Platform", "Randomness"], swiftSettings: house),
        .testTarget(
            name: "AuditTests",
            dependencies: [
                "Audit", "Authorization", "Cryptography", "Domain", "Engine", "Journal", "Merkle", "Platform",
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "BackupTests",
            dependencies: [
                "Audit", "Authorization", "Backup", "Cryptography", "Domain", "Engine", "Journal", "Merkle", "Platform",
            ],
            swiftSettings: house
        ),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive", "Platform", "Randomness"], swiftSettings: house),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Archive", "Authorization", "CAllocationCounter", "Domain", "Engine", "Journal", "Platform",
                "Randomness", "Reexecution", "Rules",
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "CAllocationCounter", "Client", "Cryptography", "Domain", "Platform", "Randomness", "TestCertificates",
                "Transport", "Wire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Authorization", "Domain", "Engine", "Journal", "Platform", "Service", "Transport", "Wire",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "ProcessTests",
            dependencies: [
                "Authorization", "Client", "Cryptography", "Domain", "Journal", "Merkle", "Platform", "Randomness",
                "Reexecution", "TestCertificates", "Wire", "assent-verify", "assentctl", "assentd", "client-driver",
                "example-gateway",
            ],
            swiftSettings: house
        ),
        .testTarget(name: "ClientTests", dependencies: ["Client", "Domain", "Platform", "Wire"], swiftSettings: house),
        .testTarget(
            name: "AssentctlTests",
            dependencies: [
                "Client", "Domain", "Platform", "Wire", "assentctl",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "AssentdTests",
            dependencies: [
                "Authorization", "Domain", "Engine", "Journal", "Platform", "Transport", "Wire", "assentd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house
        ),
        .testTarget(name: "ProtocolgenTests", dependencies: ["Domain", "Wire", "protocolgen"], swiftSettings: house),
        .testTarget(name: "TidyTests", swiftSettings: house),
        // The whole engine on one thread with faults everywhere, from a seed; `make simulate`.
        .target(
            name: "Simulator",
            dependencies: [
                "Archive", "Authorization", "Checksum", "Domain", "Engine", "Journal", "Ledger", "Platform",
                "Reexecution", "Service", "Transport", "Wire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            path: "Tests/Simulator",
            swiftSettings: house
        ),
        .executableTarget(
            name: "simulate",
            dependencies: ["Platform", "Simulator"],
            path: "Tests/Simulate",
            swiftSettings: house
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Platform", "Simulator", "simulate"],
            swiftSettings: house
        ),
        // What the fuzzers of Tests/Fuzz do with an input, where ordinary tests can replay it.
        .target(
            name: "FuzzBodies",
            dependencies: ["Checksum", "Journal", "Platform", "Rules", "Wire"],
            path: "Tests/Fuzz/Bodies",
            swiftSettings: house
        ),
        // The same with sessions, for which it takes the whole daemon but its sockets.
        .target(
            name: "FuzzedSessions",
            dependencies: ["Simulator"],
            path: "Tests/Fuzz/Sessions",
            swiftSettings: house
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["FuzzBodies", "FuzzedSessions"],
            path: "Tests/Fuzz/Tests",
            swiftSettings: house
        ),
    ]
)
