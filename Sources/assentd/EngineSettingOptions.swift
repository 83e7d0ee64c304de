import ArgumentParser

/// How large the engine is.
struct EngineSettingOptions: ParsableArguments {
    @Option(name: .setting(.eventLoops), help: .setting(.eventLoops, "threads")) var eventLoops: String?

    @Option(name: .setting(.shards), help: .setting(.shards, "count")) var shards: String?

    @Option(name: .setting(.maxCards), help: .setting(.maxCards, "count")) var maxCards: String?

    @Option(name: .setting(.rememberedIDs), help: .setting(.rememberedIDs, "count")) var rememberedIDs: String?

    @Option(name: .setting(.spareMemory), help: .setting(.spareMemory, "mib")) var spareMemory: String?

    @Option(name: .setting(.segmentSize), help: .setting(.segmentSize, "mib")) var segmentSize: String?

    @Option(name: .setting(.fillBuffer), help: .setting(.fillBuffer, "mib")) var fillBuffer: String?

    @Option(name: .setting(.snapshotInterval), help: .setting(.snapshotInterval, "seconds"))
    var snapshotInterval: String?

    @Option(name: .setting(.snapshotRecords), help: .setting(.snapshotRecords, "count")) var snapshotRecords: String?

    @Option(name: .setting(.snapshotRate), help: .setting(.snapshotRate, "mib")) var snapshotRate: String?

    @Option(name: .setting(.keepSnapshots), help: .setting(.keepSnapshots, "count")) var keepSnapshots: String?

    @Option(name: .setting(.keepSegments), help: .setting(.keepSegments, "count")) var keepSegments: String?

    @Option(name: .setting(.projection), help: .setting(.projection, "on|off")) var projection: String?
    @Option(name: .setting(.archiveAfter), help: .setting(.archiveAfter, "seconds")) var archiveAfter: String?

    @Flag(name: .setting(.simulatedClock), help: .setting(.simulatedClock)) var simulatedClock = false

    @Flag(name: .setting(.verify), help: .setting(.verify)) var verify = false

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.eventLoops, eventLoops.map { [$0] } ?? []),
            (.shards, shards.map { [$0] } ?? []),
            (.maxCards, maxCards.map { [$0] } ?? []),
            (.rememberedIDs, rememberedIDs.map { [$0] } ?? []),
            (.spareMemory, spareMemory.map { [$0] } ?? []),
            (.segmentSize, segmentSize.map { [$0] } ?? []),
            (.fillBuffer, fillBuffer.map { [$0] } ?? []),
            (.snapshotInterval, snapshotInterval.map { [$0] } ?? []),
            (.snapshotRecords, snapshotRecords.map { [$0] } ?? []),
            (.snapshotRate, snapshotRate.map { [$0] } ?? []),
            (.keepSnapshots, keepSnapshots.map { [$0] } ?? []),
            (.keepSegments, keepSegments.map { [$0] } ?? []),
            (.projection, projection.map { [$0] } ?? []),
            (.archiveAfter, archiveAfter.map { [$0] } ?? []),
            (.simulatedClock, simulatedClock ? ["true"] : []),
            (.verify, verify ? ["true"] : []),
        ]
    }
}
