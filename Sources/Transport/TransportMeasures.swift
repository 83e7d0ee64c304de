public import Platform

/// What the transport measures beyond its counters.
public struct TransportMeasures: Sendable {
    /// Microseconds from reading a request's frame to handing its durable answer to the socket.
    public let latencies: BucketHistogram.Counts
    /// Refusals by their code.
    public let rejects: RejectCounts
    /// TLS handshakes by what became of them.
    public let handshakes: HandshakeCounts
}

extension Server {
    /// What was measured so far, over all loops.
    public var measures: TransportMeasures {
        var latencies = BucketHistogram.Counts(bounds: BucketHistogram.latencyBounds)
        for share in shared.loopCounters { latencies.add(share.latencies.counts) }
        return TransportMeasures(latencies: latencies, rejects: shared.rejects, handshakes: shared.handshakes)
    }
}
