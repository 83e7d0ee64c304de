/// A message of the schema as a plain value.
public protocol WireMessage: Equatable, Sendable {
    /// Its template id.
    static var templateID: UInt16 { get }
    /// The bytes of its root block in this schema version.
    static var blockLength: UInt16 { get }

    /// Reads a body, which follows the 32 bytes of the given header.
    ///
    /// - Throws: `WireError`, when the specification refuses it.
    init(decoding body: UnsafeRawBufferPointer, header: FrameHeader) throws(WireError)

    /// How many bytes the body takes: root block, groups and data.
    var bodyByteCount: Int { get }

    /// Writes the body.
    ///
    /// - Precondition: the target has `bodyByteCount` bytes, and texts and groups are within the schema's limits.
    func encode(into target: UnsafeMutableRawBufferPointer)

    /// Checks what `encode` presumes: that texts and groups are within the schema's limits.
    ///
    /// - Throws: `WireError`, naming the first that is too long.
    func checkSizes() throws(WireError)
}

/// A message without groups and data: all its frames have the same length, and encoding one allocates nothing.
public protocol FixedSizeMessage: WireMessage {}

extension FixedSizeMessage {
    /// Bytes of its frame, header included.
    public static var frameByteCount: Int { WireLimits.frameHeaderByteCount + Int(blockLength) }

    /// The bytes of the root block.
    public var bodyByteCount: Int { Int(Self.blockLength) }

    /// There is nothing whose size could vary.
    public func checkSizes() throws(WireError) {}
}

extension WireMessage {
    /// Bytes of this message's frame, header included.
    public var frameByteCount: Int { WireLimits.frameHeaderByteCount + bodyByteCount }

    /// Writes header, body and checksum at the front of the target, and returns how many bytes that took.
    ///
    /// - Precondition: the target has room for `frameByteCount` bytes, and texts and groups are within their limits.
    @discardableResult
    public func encodeFrame(
        into target: UnsafeMutableRawBufferPointer,
        correlationID: UInt64,
        deadlineMicroseconds: UInt32 = 0
    ) -> Int {
        let count = frameByteCount
        precondition(target.count >= count, "the target has room for the frame")
        let frame = UnsafeMutableRawBufferPointer(rebasing: target[..<count])
        let header = FrameHeader(
            frameByteCount: UInt32(count),
            correlationID: correlationID,
            deadlineMicroseconds: deadlineMicroseconds,
            blockLength: Self.blockLength,
            templateID: Self.templateID
        )
        header.encode(into: frame)
        encode(into: UnsafeMutableRawBufferPointer(rebasing: frame[WireLimits.frameHeaderByteCount...]))
        FrameSeal.seal(frame)
        return count
    }

    /// The whole frame.
    ///
    /// - Precondition: texts and groups are within their limits; see `checked()` for values from outside.
    public func encodedFrame(correlationID: UInt64, deadlineMicroseconds: UInt32 = 0) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: frameByteCount) { buffer, count in
            count = encodeFrame(
                into: UnsafeMutableRawBufferPointer(buffer),
                correlationID: correlationID,
                deadlineMicroseconds: deadlineMicroseconds
            )
        }
    }

    /// The same message, after it has passed the judgement that its receiver will pass.
    ///
    /// - Throws: `WireError`, when the specification refuses it: what a client learns here it need not send.
    public func checked() throws(WireError) -> Self {
        try checkSizes()
        let frame = encodedFrame(correlationID: 0)
        let result: Result<Self, WireError> = frame.withUnsafeBytes { bytes in
            Result { () throws(WireError) in
                let body = UnsafeRawBufferPointer(rebasing: bytes[WireLimits.frameHeaderByteCount...])
                return try Self(decoding: body, header: FrameHeader(parsing: bytes))
            }
        }
        return try result.get()
    }
}

extension WireMessage {
    /// Refuses a text above its limit.
    func checkText(_ text: String, _ field: String, maximum: Int) throws(WireError) {
        let count = text.utf8.count
        guard count <= maximum else {
            let problem = WireError.Problem.textTooLong(byteCount: count, maximum: maximum)
            throw WireError(templateID: Self.templateID, field: field, problem: problem)
        }
    }

    /// Refuses a group above its limit.
    func checkGroup(_ count: Int, _ field: String, maximum: Int) throws(WireError) {
        guard count <= maximum else {
            let problem = WireError.Problem.tooManyEntries(count, maximum: maximum)
            throw WireError(templateID: Self.templateID, field: field, problem: problem)
        }
    }

    /// Refuses a byte field of another width.
    func checkBytes(_ count: Int, _ field: String, width: Int) throws(WireError) {
        guard count == width else {
            let problem = WireError.Problem.outOfRange(Int64(count), minimum: Int64(width), maximum: Int64(width))
            throw WireError(templateID: Self.templateID, field: field, problem: problem)
        }
    }
}
