public import Cryptography
public import Domain

/// A principal as the transport has to know it: what it is recognised by, and what it may.
public struct KnownPrincipal: Sendable, Equatable {
    /// Something that it is recognised by, perhaps for a while only.
    public struct Credential<Value: Sendable & Equatable>: Sendable, Equatable {
        /// What.
        public var value: Value
        /// Until when, by the wall clock; `nil` for good.
        public var until: Instant?

        /// Joins the two.
        public init(_ value: Value, until: Instant? = nil) {
            self.value = value
            self.until = until
        }

        /// Whether it counts at a time.
        func counts(at now: Instant) -> Bool { until.map { now < $0 } ?? true }
    }

    /// Its number for good.
    public var id: UInt64
    /// Its name.
    public var name: String
    /// What it may ask.
    public var scopes: Scopes
    /// Requests a second over all its connections; 0 for no limit.
    public var ratePerSecond: UInt32
    /// Requests that may come at once.
    public var burst: UInt32
    /// Requests in flight over all its connections; 0 for no limit.
    public var creditMax: UInt32
    /// The user that it runs as.
    public var userID: UInt32?
    /// The public keys that it signs with.
    public var publicKeys: [Credential<SHA256Digest>]
    /// The names that its certificate may have.
    public var certificateNames: [Credential<CertificateName>]

    /// One without limits and credentials.
    public init(id: UInt64, name: String, scopes: Scopes) {
        self.id = id
        self.name = name
        self.scopes = scopes
        ratePerSecond = 0
        burst = 0
        creditMax = 0
        publicKeys = []
        certificateNames = []
    }
}
