internal import Checksum

/// How one record lies in a block: 32 bytes of header, the payload, zeros up to a multiple of 8. Little-endian.
///
///     0  u32  CRC-32C of everything from byte 4 to the end of the payload
///     4  u32  bytes of payload
///     8  u64  log sequence number
///     16 i64  time, microseconds
///     24 u16  kind
///     26 u16  zero
///     28 u32  journal position of the record / 8, low 32 bits: a record read from a wrong place shows itself
enum RecordFormat {
    static let headerByteCount = 32
    static let alignment = 8

    /// What a record with such a payload takes in a block.
    static func byteCount(payload: Int) -> Int {
        (headerByteCount + payload + alignment - 1) & ~(alignment - 1)
    }

    /// Writes all but the checksum, which `seal(_:)` adds later, off the appenders' path.
    ///
    /// - Parameter place: Room for `byteCount(payload:)` bytes, aligned to 8.
    static func write(
        at place: UnsafeMutableRawPointer,
        lsn: UInt64,
        position: UInt64,
        kind: UInt16,
        time: Int64,
        payload: UnsafeRawBufferPointer
    ) {
        // SAFETY: the caller has reserved the bytes; the last word is zeroed first so that the padding is zero.
        let end = place + byteCount(payload: payload.count)
        (end - 8).storeBytes(of: 0, as: UInt64.self)
        place.storeBytes(of: UInt64(UInt32(payload.count)).littleEndian << 32, as: UInt64.self)
        place.storeBytes(of: lsn.littleEndian, toByteOffset: 8, as: UInt64.self)
        place.storeBytes(of: time.littleEndian, toByteOffset: 16, as: Int64.self)
        place.storeBytes(of: UInt32(kind).littleEndian, toByteOffset: 24, as: UInt32.self)
        place.storeBytes(of: tag(of: position).littleEndian, toByteOffset: 28, as: UInt32.self)
        if let source = payload.baseAddress {
            (place + headerByteCount).copyMemory(from: source, byteCount: payload.count)
        }
    }

    /// Adds the checksum to a record written by `write`, and says how many bytes it takes.
    static func seal(_ place: UnsafeMutableRawPointer) -> Int {
        // SAFETY: the length is the one `write` stored.
        let payload = Int(UInt32(littleEndian: place.load(fromByteOffset: 4, as: UInt32.self)))
        let checksum = checksum(of: UnsafeRawPointer(place), payload: payload)
        place.storeBytes(of: checksum.littleEndian, as: UInt32.self)
        return byteCount(payload: payload)
    }

    /// The record at an offset, if one that passes every check lies there.
    static func read(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        position: UInt64
    ) -> JournalRecordView? {
        guard let view = readUnchecked(bytes, at: offset, position: position),
            let start = bytes.baseAddress
        else { return nil }
        // SAFETY: `readUnchecked` found the whole record inside the bytes.
        let place = start + offset
        guard
            UInt32(littleEndian: place.loadUnaligned(as: UInt32.self))
                == checksum(of: place, payload: view.payload.count)
        else { return nil }
        return view
    }

    /// As `read`, for bytes whose checksum was already found right with the whole block.
    static func readUnchecked(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        position: UInt64
    ) -> JournalRecordView? {
        guard let payload = payloadByteCount(bytes, at: offset), let start = bytes.baseAddress else { return nil }
        // SAFETY: `payloadByteCount` found the whole record, with its padding, inside the bytes.
        let place = start + offset
        let kind = UInt32(littleEndian: place.loadUnaligned(fromByteOffset: 24, as: UInt32.self))
        guard kind <= UInt32(UInt16.max),
            UInt32(littleEndian: place.loadUnaligned(fromByteOffset: 28, as: UInt32.self)) == tag(of: position)
        else { return nil }
        return JournalRecordView(
            lsn: UInt64(littleEndian: place.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            position: position,
            kind: UInt16(truncatingIfNeeded: kind),
            time: Int64(littleEndian: place.loadUnaligned(fromByteOffset: 16, as: Int64.self)),
            payload: UnsafeRawBufferPointer(start: place + headerByteCount, count: payload)
        )
    }

    /// The payload's length, if the whole record lies inside the bytes.
    static func payloadByteCount(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        guard offset >= 0, bytes.count - offset >= headerByteCount, let start = bytes.baseAddress else { return nil }
        // SAFETY: the header's 32 bytes lie inside.
        let payload = Int(UInt32(littleEndian: (start + offset).loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        return byteCount(payload: payload) <= bytes.count - offset ? payload : nil
    }

    private static func checksum(of place: UnsafeRawPointer, payload: Int) -> UInt32 {
        CRC32C.checksum(UnsafeRawBufferPointer(start: place + 4, count: headerByteCount - 4 + payload))
    }

    private static func tag(of position: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: position >> 3)
    }
}
