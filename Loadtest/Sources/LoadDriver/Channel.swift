internal import CLoadSockets
internal import Cryptography

/// One request in flight.
struct Slot {
    /// Nanoseconds on the monotonic clock: when it was sent, or in an open loop when it was due.
    var startedAt: UInt64
    /// Minor units.
    var amount: Int64
    /// The card's ordinal.
    var card: UInt32
    /// Changes with every use, so that an answer to an earlier request of the slot is noticed. Odd while in flight.
    var generation: UInt32
}

/// What a load speaks over: a connected, greeted, non-blocking socket, which stays its owner's.
struct Link {
    let descriptor: Int32
    /// `nil` for plaintext.
    let tls: TLSSession?
}

/// One connection of a load: its sockets' buffers and its requests in flight. Plain memory, owned by the loop.
struct Channel {
    let descriptor: Int32
    /// What seals it; `nil` for plaintext.
    private let sealing: SealedStream?
    let depth: Int
    // SAFETY: all four are allocated in init with the counts beside them and freed in `release`, which the loop's
    // deinit calls once; every index is checked against those counts.
    let slots: UnsafeMutablePointer<Slot>
    let free: UnsafeMutablePointer<UInt16>
    let output: UnsafeMutableRawPointer
    let input: UnsafeMutableRawPointer
    let outputCapacity: Int
    let inputCapacity: Int
    var freeCount: Int
    var outputStart = 0
    var outputEnd = 0
    var inputCount = 0
    var wantsWrite = false

    /// A connection with room for `depth` requests of at most `frameByteCountMax` bytes.
    init(_ link: Link, depth: Int, frameByteCountMax: Int) {
        precondition((1...65_535).contains(depth), "1 to 65,535 requests in flight")
        descriptor = link.descriptor
        sealing = link.tls.map { SealedStream($0, descriptor: link.descriptor) }
        self.depth = depth
        slots = .allocate(capacity: depth)
        slots.initialize(repeating: Slot(startedAt: 0, amount: 0, card: 0, generation: 0), count: depth)
        free = .allocate(capacity: depth)
        for index in 0..<depth { (free + index).initialize(to: UInt16(depth - 1 - index)) }
        freeCount = depth
        // Twice what can be in flight: unsent bytes are moved to the front only when the end is reached. 4 KiB are for
        // pongs.
        outputCapacity = 2 * depth * frameByteCountMax + 4_096
        inputCapacity = max(256 << 10, 8 * frameByteCountMax)
        output = .allocate(byteCount: outputCapacity, alignment: 64)
        input = .allocate(byteCount: inputCapacity, alignment: 64)
    }

    /// Frees the memory. The descriptor belongs to somebody else.
    func release() {
        slots.deallocate()
        free.deallocate()
        output.deallocate()
        input.deallocate()
    }

    var inFlight: Int { depth - freeCount }
    var unsent: Int { outputEnd - outputStart + (sealing?.unsent ?? 0) }

    /// Makes room for one more frame at the end of the output.
    @inline(__always)
    mutating func reserve(_ byteCount: Int) {
        if outputCapacity - outputEnd >= byteCount { return }
        output.copyMemory(from: output + outputStart, byteCount: outputEnd - outputStart)
        outputEnd -= outputStart
        outputStart = 0
        precondition(outputCapacity - outputEnd >= byteCount, "the output has room for all that may be in flight")
    }

    /// Sends what the kernel takes; `true` when nothing is left.
    mutating func flush() throws(LoadFailure) -> Bool {
        if let sealing {
            try sealing.seal(UnsafeRawBufferPointer(start: output + outputStart, count: outputEnd - outputStart))
            outputStart = 0
            outputEnd = 0
            return try sealing.flush()
        }
        while outputStart < outputEnd {
            let sent = cls_send(descriptor, output + outputStart, outputEnd - outputStart)
            if sent < 0 {
                if cls_would_block(sent) != 0 { return false }
                throw .socket(operation: "send", code: Int32(-sent))
            }
            outputStart += Int(sent)
        }
        outputStart = 0
        outputEnd = 0
        return true
    }

    /// Takes what has come behind what is there; as `cls_receive`. Fewer bytes than `room` when there are no more.
    @inline(__always)
    func receive(room: Int) -> Int64 {
        if let sealing {
            return sealing.receive(into: UnsafeMutableRawBufferPointer(start: input + inputCount, count: room))
        }
        return cls_receive(descriptor, input + inputCount, room)
    }
}
