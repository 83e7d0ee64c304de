public import Domain

/// Somebody who may ask things: a gateway, or a tool of the operators. Known by a certificate's name, by a key, or by a
/// Unix user.
public struct Principal: Sendable, Equatable {
    /// A credential that was replaced and is accepted for a while longer.
    public struct Former<Value: Sendable & Equatable>: Sendable, Equatable {
        /// The credential.
        public var value: Value
        /// Until when.
        public var until: Instant
    }

    /// The record that made it: its number for good.
    public var id: LogSequenceNumber
    /// When that was.
    public var createdAt: Instant
    /// The record that changed it last.
    public var changedLSN: LogSequenceNumber
    /// When that was.
    public var changedAt: Instant
    /// Its name; unique among all that ever were.
    public var name: String
    /// What it may ask and how much.
    public var grant: PrincipalGrant
    /// What it is known by.
    public var credentials: PrincipalCredentials
    /// The key before.
    public var formerKey: Former<[UInt8]>?
    /// The certificate's name before.
    public var formerCertificateName: Former<String>?
    /// When it was revoked; `nil`: it is in force.
    public var revokedAt: Instant?
}

/// What a principal may ask, and how much.
public struct PrincipalGrant: Sendable, Equatable {
    /// What.
    public var scopes: Scopes
    /// Requests a second, over all its connections; 0 for no limit.
    public var ratePerSecond: UInt32
    /// Requests that may come at once; at least 1 where there is a rate.
    public var burst: UInt32
    /// Requests in flight, over all its connections; 0 for no limit.
    public var creditMax: UInt32

    /// Joins the parts.
    public init(scopes: Scopes, ratePerSecond: UInt32 = 0, burst: UInt32 = 0, creditMax: UInt32 = 0) {
        self.scopes = scopes
        self.ratePerSecond = ratePerSecond
        self.burst = burst
        self.creditMax = creditMax
    }
}

/// What a principal is known by; at least one of them.
public struct PrincipalCredentials: Sendable, Equatable {
    /// How many bytes a key has.
    public static let keyByteCount = 32

    /// The public key of Ed25519 (RFC 8032) that it signs with; `nil` for none.
    public var publicKey: [UInt8]?
    /// The subject alternative name of its certificate, `uri:TEXT` or `dns:TEXT`; `nil` for none.
    public var certificateName: String?
    /// The Unix user that it runs as; `nil` for none.
    public var userID: UInt32?

    /// Joins the parts.
    public init(publicKey: [UInt8]? = nil, certificateName: String? = nil, userID: UInt32? = nil) {
        self.publicKey = publicKey
        self.certificateName = certificateName
        self.userID = userID
    }

    /// Whether there is none.
    public var isEmpty: Bool { publicKey == nil && certificateName == nil && userID == nil }
}
