/// The buffer that appenders fill, laid out as the block that it will be; touched under the appenders' lock only.
struct Fill {
    /// Its first 64 bytes are left for the block's header.
    var buffer: UnsafeMutableRawPointer
    /// Bytes used, with the header.
    var count = BlockHeader.byteCount
    var recordCount: UInt32 = 0
    /// The journal position of the block.
    var position: UInt64
    /// Bytes that the block may have at its place, however much of the buffer may be given out.
    var room: Int
    var sequence: UInt64
    var firstLSN: UInt64
    var nextLSN: UInt64
    /// Whether the journal's thread has found nothing to do, and must be woken.
    var isIdle = false
    var isClosing = false

    /// Copies a record in; the caller has made sure of the room.
    mutating func append(kind: UInt16, time: Int64, payload: UnsafeRawBufferPointer, byteCount: Int) -> Appended {
        let place = position + UInt64(count)
        let lsn = nextLSN
        // SAFETY: the caller checked `count + byteCount` against the buffer's size.
        RecordFormat.write(
            at: buffer + count,
            lsn: lsn,
            position: place,
            kind: kind,
            time: time,
            payload: payload
        )
        count += byteCount
        recordCount += 1
        nextLSN += 1
        return Appended(lsn: lsn, position: place, block: sequence)
    }
}
