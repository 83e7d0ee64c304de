public import Platform

/// What the transport measures beyond its counters.
public struct TransportMeasures: Sendable {
    /// Microseconds from reading a request's frame to handing its durable answer to the socket.
    public let latencies: BucketHistogram.Counts
    /// Where the time of slow requests went: the microseconds of each stage, by its name in the log.
    public let slowStages: [(name: String, microseconds: UInt64)]
    /// Refusals by their code.
    public let rejects: RejectCounts
    /// TLS handshakes by what became of them.
    public let handshakes: HandshakeCounts
    /// What principals were refused, of the first `namedPrincipalCountMax` in force.
    public let principals: [PrincipalMeasure]

    /// How many principals figures name at most.
    public static let namedPrincipalCountMax = 256
}

extension Server {
    /// What was measured so far, over all loops.
    public var measures: TransportMeasures {
        var latencies = BucketHistogram.Counts(bounds: BucketHistogram.latencyBounds)
        for share in shared.servingCounters { latencies.add(share.latencies.counts) }
        return TransportMeasures(
            latencies: latencies,
            slowStages: shared.slow.stages,
            rejects: shared.rejects,
            handshakes: shared.handshakes,
            principals: shared.principals.measures(countMax: TransportMeasures.namedPrincipalCountMax)
        )
    }
}
