import ArgumentParser

/// How large the engine is.
struct EngineSettingOptions: ParsableArguments {
    @Option(name: .setting(.eventLoops), help: .setting(.eventLoops, "threads")) var eventLoops: String?

    @Option(name: .setting(.shards), help: .setting(.shards, "count")) var shards: String?

    @Option(name: .setting(.maxCards), help: .setting(.maxCards, "count")) var maxCards: String?

    @Option(name: .setting(.rememberedIDs), help: .setting(.rememberedIDs, "count")) var rememberedIDs: String?

    @Option(name: .setting(.segmentSize), help: .setting(.segmentSize, "mib")) var segmentSize: String?

    @Option(name: .setting(.fillBuffer), help: .setting(.fillBuffer, "mib")) var fillBuffer: String?

    @Flag(name: .setting(.simulatedClock), help: .setting(.simulatedClock)) var simulatedClock = false

    @Flag(name: .setting(.verify), help: .setting(.verify)) var verify = false

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.eventLoops, eventLoops.map { [$0] } ?? []),
            (.shards, shards.map { [$0] } ?? []),
            (.maxCards, maxCards.map { [$0] } ?? []),
            (.rememberedIDs, rememberedIDs.map { [$0] } ?? []),
            (.segmentSize, segmentSize.map { [$0] } ?? []),
            (.fillBuffer, fillBuffer.map { [$0] } ?? []),
            (.simulatedClock, simulatedClock ? ["true"] : []),
            (.verify, verify ? ["true"] : []),
        ]
    }
}
