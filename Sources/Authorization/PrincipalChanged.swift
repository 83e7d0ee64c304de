public import Domain

/// What is done to a principal.
public enum PrincipalAction: Sendable, Equatable {
    /// Make it.
    case create(PrincipalGrant, PrincipalCredentials)
    /// Replace those credentials that are given; a key or certificate's name that is replaced is accepted for so many
    /// seconds more.
    case rotate(PrincipalCredentials, graceSeconds: UInt32)
    /// Replace what it may.
    case change(PrincipalGrant)
    /// Take everything from it for good.
    case revoke
}

/// Something that was done to a principal, as it is journaled.
public struct PrincipalChanged: Sendable, Equatable {
    /// The request that asked for it.
    public var requestID: RequestID
    /// The Unix user who asked.
    public var actor: UInt32
    /// The engine's time.
    public var time: Instant
    /// When the client sent the request, by its clock.
    public var transmissionTime: Instant
    /// Whose name.
    public var name: String
    /// What was done.
    public var action: PrincipalAction

    /// Joins the fields; `PrincipalTable.check` must have found nothing against it.
    public init(
        requestID: RequestID,
        actor: UInt32,
        time: Instant,
        transmissionTime: Instant,
        name: String,
        action: PrincipalAction
    ) {
        self.requestID = requestID
        self.actor = actor
        self.time = time
        self.transmissionTime = transmissionTime
        self.name = name
        self.action = action
    }

    /// Whether another asks for the same: whoever repeats a request does.
    public func asks(asMuchAs other: PrincipalChanged) -> Bool {
        name == other.name && action == other.action && transmissionTime == other.transmissionTime
    }
}

extension PrincipalChanged {
    private static let layoutVersion: UInt16 = 1

    /// The most bytes that `encode` writes for any event.
    public static let encodedByteCountMax = 512

    /// Writes the event, little-endian and without padding, layout version 1: the version (u16), request id, actor,
    /// time, transmission time, name, the action's number (u8), then the grant (four u32) of `create` and `change`, the
    /// credentials of `create` and `rotate`, and the seconds (u32) of `rotate`.
    ///
    /// The buffer must have room for `encodedByteCountMax`.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: Self.encodedByteCountMax)
        writer.putHead(Self.layoutVersion, requestID, actor, time, transmissionTime)
        writer.put(name)
        switch action {
        case .create(let grant, let credentials):
            writer.put(UInt8(1))
            writer.put(grant)
            writer.put(credentials)
        case .rotate(let credentials, let graceSeconds):
            writer.put(UInt8(2))
            writer.put(credentials)
            writer.put(graceSeconds)
        case .change(let grant):
            writer.put(UInt8(3))
            writer.put(grant)
        case .revoke: writer.put(UInt8(4))
        }
        return writer.count
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer) throws(EventError) {
        var reader = EventReader(buffer)
        (requestID, actor, time, transmissionTime) = try reader.commandHead(Self.layoutVersion)
        name = try reader.string("name", max: PrincipalLimits.nameByteCountMax)
        switch try reader.integer(UInt8.self) {
        case 1:
            let grant = try reader.principalGrant()
            action = .create(grant, try reader.principalCredentials())
        case 2:
            let credentials = try reader.principalCredentials()
            action = .rotate(credentials, graceSeconds: try reader.integer(UInt32.self))
        case 3: action = .change(try reader.principalGrant())
        case 4: action = .revoke
        default: throw .invalidField("action")
        }
        try reader.finish()
    }
}

extension Principal {
    /// The most bytes that `encode` writes for any of them.
    public static let encodedByteCountMax = 1_024

    /// Writes it for a snapshot: numbers and times, name, grant, credentials, former ones.
    ///
    /// The buffer must have room for `encodedByteCountMax`.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: Self.encodedByteCountMax)
        writer.put(id.rawValue)
        writer.put(createdAt.microseconds)
        writer.put(changedLSN.rawValue)
        writer.put(changedAt.microseconds)
        writer.put(revokedAt?.microseconds ?? -1)
        writer.put(name)
        writer.put(grant)
        writer.put(credentials)
        writer.put(PrincipalCredentials(publicKey: formerKey?.value, certificateName: formerCertificateName?.value))
        writer.put(formerKey?.until.microseconds ?? 0)
        writer.put(formerCertificateName?.until.microseconds ?? 0)
        return writer.count
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer) throws(EventError) {
        var reader = EventReader(buffer)
        id = LogSequenceNumber(rawValue: try reader.integer(UInt64.self))
        createdAt = try reader.instant("createdAt")
        changedLSN = LogSequenceNumber(rawValue: try reader.integer(UInt64.self))
        changedAt = try reader.instant("changedAt")
        let revoked = try reader.integer(Int64.self)
        revokedAt = revoked < 0 ? nil : Instant(microseconds: revoked)
        name = try reader.string("name", max: PrincipalLimits.nameByteCountMax)
        grant = try reader.principalGrant()
        credentials = try reader.principalCredentials()
        let former = try reader.principalCredentials()
        let keyUntil = try reader.instant("keyUntil")
        let nameUntil = try reader.instant("certificateNameUntil")
        formerKey = former.publicKey.map { Former(value: $0, until: keyUntil) }
        formerCertificateName = former.certificateName.map { Former(value: $0, until: nameUntil) }
        try reader.finish()
    }
}

extension EventWriter {
    fileprivate mutating func put(_ grant: PrincipalGrant) {
        put(grant.scopes.rawValue)
        put(grant.ratePerSecond)
        put(grant.burst)
        put(grant.creditMax)
    }

    /// Which there are (u8), then key, certificate's name and user id, each where it is there.
    fileprivate mutating func put(_ credentials: PrincipalCredentials) {
        put(
            UInt8(credentials.publicKey == nil ? 0 : 1) | (credentials.certificateName == nil ? 0 : 2)
                | (credentials.userID == nil ? 0 : 4)
        )
        if let key = credentials.publicKey {
            precondition(key.count == PrincipalCredentials.keyByteCount, "a key has 32 bytes")
            for byte in key { put(byte) }
        }
        if let name = credentials.certificateName { put(name) }
        if let userID = credentials.userID { put(userID) }
    }
}

extension EventReader {
    fileprivate mutating func principalGrant() throws(EventError) -> PrincipalGrant {
        let scopes = Scopes(rawValue: try integer(UInt32.self))
        guard scopes.isSubset(of: .all) else { throw .invalidField("scopes") }
        let rate = try integer(UInt32.self)
        let burst = try integer(UInt32.self)
        return PrincipalGrant(
            scopes: scopes,
            ratePerSecond: rate,
            burst: burst,
            creditMax: try integer(UInt32.self)
        )
    }

    fileprivate mutating func principalCredentials() throws(EventError) -> PrincipalCredentials {
        let there = try integer(UInt8.self)
        guard there < 8 else { throw .invalidField("credentials") }
        var credentials = PrincipalCredentials()
        if there & 1 != 0 {
            var key: [UInt8] = []
            for _ in 0..<PrincipalCredentials.keyByteCount { key.append(try integer(UInt8.self)) }
            credentials.publicKey = key
        }
        if there & 2 != 0 {
            credentials.certificateName = try string(
                "certificateName",
                max: PrincipalLimits.certificateNameByteCountMax
            )
        }
        if there & 4 != 0 { credentials.userID = try integer(UInt32.self) }
        return credentials
    }
}
