internal import Platform
internal import Synchronization

/// What the transport has counted since its start.
public struct ServerCounters: Sendable, Equatable {
    /// Connections open now.
    public var connections: UInt32 = 0
    /// Of these, those that have asked nothing that they may: still in a handshake, before Hello, or silent since.
    public var connectionsAtDoor: UInt32 = 0
    /// Requests not answered now.
    public var inFlight: UInt32 = 0
    /// Requests of gateways that may be in flight now.
    public var inFlightMax: UInt32 = 0
    /// Connections ever accepted, refused ones included.
    public var accepted: UInt64 = 0
    /// Connections refused at accept, or when it was known whose they are, by cause.
    public var connectionRefusals = ConnectionRefusalCause.Counts()
    /// Frames given to the request handler.
    public var requests: UInt64 = 0
    /// Requests refused by the transport as busy: credit or memory (Reject 401).
    public var busy: UInt64 = 0
    /// Of these, the causes that `BusyCause` knows.
    public var busyCauses = BusyCause.Counts()
    /// Frames and requests refused by the transport for any other reason.
    public var rejected: UInt64 = 0
    /// Requests that took longer than `slowRequestMilliseconds`.
    public var slowRequests: UInt64 = 0
    /// How often a connection had to rest, having sent much that is no request.
    public var rests: UInt64 = 0
    /// TLS handshakes that had to wait before they began, more having come than begin in a second.
    public var waitedHandshakes: UInt64 = 0
    /// Bytes held for peers now, in whole chunks.
    public var pendingBytes: UInt64 = 0
    /// Bytes that were read.
    public var readBytes: UInt64 = 0
    /// Of these, bytes of reads that took as much as one may: behind them more was waiting already.
    public var fullReadBytes: UInt64 = 0

    /// When the certificate of TLS ends, in seconds since 1970; 0 where there is none.
    public var certificateEndSecond: Int64 = 0
    /// When the revocation list ends to count, in seconds since 1970; 0 where there is none.
    public var revocationListEndSecond: Int64 = 0
    /// When the first authority of clients' certificates ends, in seconds since 1970; 0 where there is none.
    public var clientAuthorityEndSecond: Int64 = 0

    /// Nothing counted.
    public init() {}
}

/// One event loop's share of the counters; written on its loop only, read from anywhere.
final class LoopCounters: Sendable {
    private let inFlight = Atomic<Int>(0)
    private let requests = Atomic<UInt64>(0)
    private let busy = Atomic<UInt64>(0)
    private let busyCauses = BusyCause.Cells()
    private let rejected = Atomic<UInt64>(0)
    private let readBytes = Atomic<UInt64>(0)
    private let fullReadBytes = Atomic<UInt64>(0)
    private let rests = Atomic<UInt64>(0)
    private let waitedHandshakes = Atomic<UInt64>(0)
    private let beats = Atomic<UInt64>(0)
    /// From reading a frame to handing its durable answer to the socket, in microseconds.
    let latencies = BucketHistogram(bounds: BucketHistogram.latencyBounds)

    /// A connection has to rest.
    func addRest() { rests.add(1, ordering: .relaxed) }

    /// A handshake has to wait.
    func addWaitedHandshake() { waitedHandshakes.add(1, ordering: .relaxed) }

    /// The loop is alive; on the loop.
    func beat() { beats.add(1, ordering: .relaxed) }

    /// How often it said so.
    var beatCount: UInt64 { beats.load(ordering: .relaxed) }

    /// Adds what one read of one connection came to.
    func add(_ tally: ReadTally, inFlightChange: Int) {
        if tally.requests != 0 { requests.add(UInt64(tally.requests), ordering: .relaxed) }
        if tally.busy != 0 {
            busy.add(UInt64(tally.busy), ordering: .relaxed)
            busyCauses.add(tally.busyCauses)
        }
        if tally.rejected != 0 { rejected.add(UInt64(tally.rejected), ordering: .relaxed) }
        if inFlightChange != 0 { inFlight.add(inFlightChange, ordering: .relaxed) }
    }

    /// So many bytes were read at once, which is all that one read takes, or less.
    func addRead(byteCount: Int, isFull: Bool) {
        readBytes.add(UInt64(byteCount), ordering: .relaxed)
        if isFull { fullReadBytes.add(UInt64(byteCount), ordering: .relaxed) }
    }

    /// Requests in flight on this loop, as of each connection's last read or answer.
    var inFlightCount: Int { inFlight.load(ordering: .relaxed) }

    /// Adds this share to the sums.
    func sum(into counters: inout ServerCounters) {
        counters.inFlight += UInt32(max(0, inFlight.load(ordering: .relaxed)))
        counters.requests += requests.load(ordering: .relaxed)
        counters.busy += busy.load(ordering: .relaxed)
        busyCauses.sum(into: &counters.busyCauses)
        counters.rejected += rejected.load(ordering: .relaxed)
        counters.readBytes += readBytes.load(ordering: .relaxed)
        counters.rests += rests.load(ordering: .relaxed)
        counters.waitedHandshakes += waitedHandshakes.load(ordering: .relaxed)
        counters.fullReadBytes += fullReadBytes.load(ordering: .relaxed)
    }
}

/// What one read came to.
struct ReadTally: Sendable, Equatable {
    var requests: UInt32 = 0
    var busy: UInt32 = 0
    var busyCauses = BusyCause.Counts()
    var rejected: UInt32 = 0
}
