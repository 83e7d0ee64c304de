public import Wire

/// A whole frame that came, checked as far as its checksum and reserved bits.
public struct Frame: Equatable, Sendable {
    /// Its first 32 bytes.
    public let header: FrameHeader
    /// What follows them.
    public let body: [UInt8]

    /// Joins a header and a body.
    public init(header: FrameHeader, body: [UInt8]) {
        self.header = header
        self.body = body
    }

    /// Which request it answers.
    public var correlationID: UInt64 { header.correlationID }

    /// The whole frame as it came.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: WireLimits.frameHeaderByteCount) + body
        bytes.withUnsafeMutableBytes { frame in
            header.encode(into: frame)
            FrameSeal.seal(frame)
        }
        return bytes
    }

    /// Whether it is a message of this type.
    public func holds<Message: WireMessage>(_ type: Message.Type) -> Bool { header.templateID == Message.templateID }

    /// Reads the body as a message of this type.
    ///
    /// - Throws: `WireError`, when it is another message or malformed.
    public func decode<Message: WireMessage>(_ type: Message.Type) throws(WireError) -> Message {
        let outcome: Result<Message, WireError> = body.withUnsafeBytes { bytes in
            Result { () throws(WireError) in try Message(decoding: bytes, header: header) }
        }
        return try outcome.get()
    }
}
