/// Everything about the daemon that can be set, by the command line or by the configuration file, under one name.
enum Setting: String, CaseIterable {
    case dataDirectory = "data-dir"
    case listen
    case listenTLS = "listen-tls"
    case admin
    case metrics
    case allowPlaintextRemote = "allow-plaintext-remote"
    case gatewaySocketMode = "gateway-socket-mode"
    case adminSocketMode = "admin-socket-mode"
    case adminUser = "admin-user"
    case anonymousScopes = "anonymous-scopes"

    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case tlsClientCertificates = "tls-client-certificates"
    case tlsClientCA = "tls-client-ca"
    case tlsRevocationList = "tls-revocation-list"
    case tlsMinimum = "tls-minimum"
    case maxHandshakes = "max-handshakes"
    case maxHandshakesPerAddress = "max-handshakes-per-address"
    case handshakeRate = "handshake-rate"
    case handshakeTimeout = "handshake-timeout"

    case eventLoops = "event-loops"
    case shards
    case maxCards = "max-cards"
    case rememberedIDs = "remembered-ids"
    case spareMemory = "spare-memory"
    case segmentSize = "segment-size"
    case fillBuffer = "fill-buffer"
    case snapshotInterval = "snapshot-interval"
    case snapshotRecords = "snapshot-records"
    case snapshotRate = "snapshot-rate"
    case keepSnapshots = "keep-snapshots"
    case keepSegments = "keep-segments"
    case projection
    case archiveAfter = "archive-after"
    case simulatedClock = "simulated-clock"
    case verify

    case audit
    case auditKey = "audit-key"
    case auditFormerKey = "audit-former-key"
    case auditInterval = "audit-interval"
    case auditCheck = "audit-check"

    case maxConnections = "max-connections"
    case maxAdminConnections = "max-admin-connections"
    case maxConnectionsPerPrincipal = "max-connections-per-principal"
    case maxConnectionsPerAddress = "max-connections-per-address"
    case credit
    case maxInFlight = "max-in-flight"
    case maxPendingOutput = "max-pending-output"
    case maxTotalPendingOutput = "max-total-pending-output"
    case helloTimeout = "hello-timeout"
    case frameTimeout = "frame-timeout"
    case idleTimeout = "idle-timeout"
    case pingTimeout = "ping-timeout"
    case unreadTimeout = "unread-timeout"
    case drainTimeout = "drain-timeout"
    case handOver = "hand-over"

    case logFormat = "log-format"
    case logLevel = "log-level"
    case slowRequest = "slow-request"
    case slowRequestLines = "slow-request-lines"

    /// What a value may be.
    enum Kind: Equatable {
        /// A whole number in a range, with its unit.
        case number(ClosedRange<Int>, unit: String)
        /// A whole number in a range that is a power of two.
        case powerOfTwo(ClosedRange<Int>)
        /// Permission bits in octal.
        case mode
        /// One of some words.
        case choice([String])
        /// Yes or no.
        case flag
        /// A path.
        case path
        /// Endpoints, any number of them.
        case endpoints
        /// Hosts with ports, any number of them.
        case addresses
        /// User ids, any number of them.
        case users
        /// Scopes, with commas between them.
        case scopes
    }

    /// The setting with this name; `nil` for none.
    static func named(_ name: some StringProtocol) -> Setting? { Setting(rawValue: String(name)) }

    /// The name that is the fewest edits away.
    static func nearest(to name: String) -> Setting {
        let ranked = allCases.map { ($0, editDistance(name, $0.rawValue)) }
        return ranked.reduce(ranked[0]) { $1.1 < $0.1 ? $1 : $0 }.0
    }
}

/// How many characters must be inserted, removed or replaced to make one text the other (Levenshtein).
func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right.unicodeScalars)
    var row = Array(0...right.count)
    for (index, scalar) in left.unicodeScalars.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in right.indices {
            let replaced = diagonal + (scalar == right[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[right.count]
}
