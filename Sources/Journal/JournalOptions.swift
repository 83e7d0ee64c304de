/// The sizes of a journal, all fixed while it is open.
public struct JournalOptions: Sendable {
    /// Bytes in a new segment's file; a multiple of 4,096 with room for at least two full buffers.
    public var segmentByteCount: UInt64 = 256 << 20
    /// Bytes in each of the two fill buffers, the most that one group commit writes; a multiple of 4,096, at most
    /// 16 MiB.
    public var bufferByteCount = 4 << 20
    /// The longest payload of an ordinary record, for which `hasRoom(forAppenders:)` keeps space.
    public var payloadByteCountMax = 64 << 10
    /// The longest payload of any record; a longer one than the ordinary goes behind `waitForRoom(byteCount:)`.
    public var largePayloadByteCountMax = 1 << 20
    /// How many threads may append ordinary records at the same time, beside one with a large record. For each there is
    /// a page in the reserve at the end of a segment.
    public var appenderCount = 16
    /// How often the journal's thread looks for work before it sleeps.
    public var spinCount = 0
    /// Under load, how many microseconds there are at least from the beginning of one commit to that of the next; 0 for
    /// none. A commit costs system calls and wakes every event loop, so many small ones take the time that deciding
    /// needs.
    public var loadedCommitInterval: Int64 = 300
    /// A commit of at least so many records means load.
    public var loadedRecordCount: UInt32 = 64
    /// Segment files kept open for reading.
    public var openSegmentCountMax = 64
    /// A mark of the owner's which a new journal keeps, and an existing one must have.
    public var variant: UInt32 = 0

    /// What a new journal is called; nil draws it. For simulations, which repeat every byte.
    package var newIdentity: JournalIdentity?
    /// For simulations on one thread: called where a thread would sleep until the journal's own have come further, and
    /// takes a step of theirs. The journal is given to a `JournalStepper` then instead of being started.
    package var whileWaiting: (@Sendable () -> Void)?

    /// The sizes for production.
    public init() {}

    /// What stays free at the end of a segment while the next one does not exist: for each thread that had been told of
    /// room just before there was none, a block of its own with one record; for one large record; and for the block
    /// that a close writes.
    var reserveByteCount: Int {
        func block(payload: Int) -> Int {
            BlockHeader.aligned(BlockHeader.byteCount + RecordFormat.byteCount(payload: payload))
        }
        return appenderCount * block(payload: payloadByteCountMax) + block(payload: largePayloadByteCountMax)
            + BlockHeader.alignment
    }

    /// How much of a buffer may be filled when a segment has this much left, and there is no next one.
    func capacity(left byteCount: UInt64) -> Int {
        let reserve = UInt64(reserveByteCount)
        return byteCount <= reserve ? 0 : Int(min(byteCount - reserve, UInt64(bufferByteCount)))
    }

    func check() {
        let alignment = BlockHeader.alignment
        precondition(bufferByteCount % alignment == 0, "a buffer is a multiple of 4,096 bytes")
        precondition(bufferByteCount <= BlockHeader.blockByteCountMax, "a buffer has at most 16 MiB")
        precondition(segmentByteCount % UInt64(alignment) == 0, "a segment is a multiple of 4,096 bytes")
        precondition(
            segmentByteCount >= UInt64(2 * bufferByteCount + SegmentHeader.byteCount),
            "a segment has room for two buffers"
        )
        precondition(payloadByteCountMax <= largePayloadByteCountMax, "large is not smaller than ordinary")
        precondition(
            BlockHeader.byteCount + RecordFormat.byteCount(payload: largePayloadByteCountMax) <= bufferByteCount,
            "a buffer has room for the largest record"
        )
        precondition(openSegmentCountMax >= 2, "the newest segment and one for reading stay open")
    }
}
