/// How long requests take from their frame being read to their answer being handed to the socket: a queue of the
/// batches that one connection has read and that wait for durability, each with the newest record that it waits for.
///
/// One entry a batch, so a request costs nothing of its own. A batch counts when its last answer leaves.
struct RequestTiming: Sendable {
    /// What was read at once.
    struct Batch: Sendable, Equatable {
        var lsn: UInt64
        var readAt: MonotonicInstant
        /// When all of it was decided.
        var decidedAt: MonotonicInstant
        var count: UInt32
    }

    private var batches: [Batch] = []
    private var head = 0

    /// Notes requests that were read at one time and decided.
    mutating func append(_ batch: Batch) {
        batches.append(batch)
    }

    /// Takes out the batches up to the durable LSN.
    mutating func release(durable lsn: UInt64, _ body: (Batch) -> Void) {
        while head < batches.count, batches[head].lsn <= lsn {
            body(batches[head])
            head += 1
        }
        if head == batches.count {
            batches.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1_024 {
            batches.removeFirst(head)
            head = 0
        }
    }

    /// Whether nothing waits.
    var isEmpty: Bool { head == batches.count }

    /// Gives the memory back; only while nothing waits.
    mutating func shrink() {
        guard isEmpty else { return }
        batches = []
        head = 0
    }
}
