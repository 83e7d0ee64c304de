public import Domain

/// One configuration key that was set, as it is journaled; its record's number is the new policy version.
public struct ConfigurationChanged: Sendable, Equatable {
    /// The request that asked for it.
    public var requestID: RequestID
    /// The Unix user who asked.
    public var actor: UInt32
    /// The engine's time.
    public var time: Instant
    /// When the client sent the request, by its clock.
    public var transmissionTime: Instant
    /// The key, one that `PolicySettings` knows.
    public var key: String
    /// The value as it was set.
    public var value: String

    /// Joins the fields; `PolicySettings.set` must have taken key and value.
    public init(
        requestID: RequestID,
        actor: UInt32,
        time: Instant,
        transmissionTime: Instant,
        key: String,
        value: String
    ) {
        self.requestID = requestID
        self.actor = actor
        self.time = time
        self.transmissionTime = transmissionTime
        self.key = key
        self.value = value
    }
}

extension ConfigurationChanged {
    private static let layoutVersion: UInt16 = 1
    private static let fixedByteCount = 2 + 16 + 4 + 8 + 8 + 4 + 4

    /// The most bytes that `encode` writes for any event.
    public static let encodedByteCountMax =
        fixedByteCount + AuthorizationLimits.configurationKeyBytesMax + AuthorizationLimits.configurationValueBytesMax

    /// How many bytes `encode` writes for this one.
    public var encodedByteCount: Int { Self.fixedByteCount + key.utf8.count + value.utf8.count }

    /// Writes the event, little-endian and without padding, layout version 1: the version (u16), request id, actor,
    /// time, transmission time, then key and value, each a count (u32) and UTF-8.
    ///
    /// The buffer must have room for `encodedByteCount`.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: encodedByteCount)
        writer.putHead(Self.layoutVersion, requestID, actor, time, transmissionTime)
        writer.put(key)
        writer.put(value)
        return writer.count
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer) throws(EventError) {
        var reader = EventReader(buffer)
        (requestID, actor, time, transmissionTime) = try reader.commandHead(Self.layoutVersion)
        key = try reader.string("key", max: AuthorizationLimits.configurationKeyBytesMax)
        value = try reader.string("value", max: AuthorizationLimits.configurationValueBytesMax)
        try reader.finish()
    }
}
