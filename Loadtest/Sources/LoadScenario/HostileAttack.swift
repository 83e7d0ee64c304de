/// What strangers try on a daemon's sockets.
public enum HostileAttack: String, CaseIterable, Sendable {
    /// Connects and goes, as fast as it can.
    case connects
    /// Connects until the daemon has as many as it takes, and stays.
    case crowd
    /// Sends Hello byte by byte, on many connections.
    case slowHello
    /// Connects, says Hello, and goes.
    case hellos
    /// Says Hello, then sends half of a request and stays.
    case halfFrames
    /// Announces up to 4 GiB before it has said Hello.
    case lengths
    /// Says Hello, announces the largest frame, and sends nearly all of it.
    case largeFrames
    /// Asks without end and reads no answer.
    case unread
    /// Sends what is no frame.
    case noise
    /// Signs with what somebody else has signed on another connection.
    case signatures
    /// Sends half of a TLS ClientHello and stays.
    case halfHandshakes
    /// Carries TLS handshakes out and goes.
    case handshakes
    /// Sends what a gateway has sent on another TLS connection, from its ClientHello to its first requests.
    case replays
    /// Begins a TLS handshake of its own, and goes on with what a gateway has sent on another connection.
    case splices
    /// Sends TLS records that announce more than one may have.
    case records
    /// Sends what is no TLS.
    case sealedNoise

    /// What it is called in a table.
    var title: String {
        switch self {
        case .connects: "connects"
        case .crowd: "more connections than are taken"
        case .slowHello: "slow loris"
        case .hellos: "Hellos"
        case .halfFrames: "half frames"
        case .lengths: "large lengths before Hello"
        case .largeFrames: "nearly whole large frames"
        case .unread: "answers left unread"
        case .noise: "noise"
        case .signatures: "replayed signatures"
        case .halfHandshakes: "TLS: half handshakes"
        case .handshakes: "TLS: handshakes"
        case .replays: "TLS: replayed sessions"
        case .splices: "TLS: spliced handshakes"
        case .records: "TLS: large records"
        case .sealedNoise: "TLS: noise"
        }
    }

    /// Whether it goes to the socket that speaks TLS.
    var isSealed: Bool {
        switch self {
        case .connects, .crowd, .slowHello, .hellos, .halfFrames, .lengths, .largeFrames, .unread, .noise, .signatures:
            false
        case .halfHandshakes, .handshakes, .replays, .splices, .records, .sealedNoise: true
        }
    }

    /// Connections that each attacker holds open at a time.
    func heldCount(connectionCountMax: Int) -> Int {
        switch self {
        case .connects, .hellos, .noise, .signatures, .handshakes, .replays, .splices, .sealedNoise: 1
        case .crowd: connectionCountMax
        case .slowHello, .halfFrames, .lengths, .largeFrames, .halfHandshakes, .records: connectionCountMax / 4
        case .unread: min(400, connectionCountMax / 4)
        }
    }

    /// What the daemon's log must say of it.
    var logged: String {
        switch self {
        case .connects, .hellos: "many connections come"
        case .handshakes: "more TLS handshakes come"
        case .crowd: "connection refused"
        case .slowHello, .halfFrames, .lengths, .noise: "connection closed"
        case .largeFrames: "connections leave much unread or unfinished"
        case .unread: "connections send much that is no request"
        case .signatures: "authentication failed"
        case .halfHandshakes: "connection refused"
        case .replays, .splices, .records, .sealedNoise: "TLS failed"
        }
    }
}
