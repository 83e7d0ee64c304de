import Cryptography

/// What each setting takes, what it is without being set, and what it is for.
extension Setting {
    /// What a value may be.
    var kind: Kind {
        switch self {
        case .dataDirectory, .auditKey, .auditFormerKey,
            .tlsCertificate, .tlsKey, .tlsClientCA, .tlsRevocationList:
            .path
        case .listenTLS: .addresses
        case .anonymousScopes: .scopes
        case .tlsClientCertificates: .choice(["auto"] + TLSServerOptions.ClientCertificates.allCases.map(\.rawValue))
        case .tlsMinimum: .choice(TLSVersion.allCases.map(\.rawValue))
        case .maxHandshakes, .maxHandshakesPerAddress: .number(1...65_536, unit: "handshakes")
        case .handshakeRate: .number(1...1_000_000, unit: "handshakes a second")
        case .listen, .admin, .metrics: .endpoints
        case .adminUser: .users
        case .allowPlaintextRemote, .simulatedClock, .verify, .handOver, .audit: .flag
        case .gatewaySocketMode, .adminSocketMode: .mode
        case .eventLoops: .number(0...256, unit: "threads")
        case .shards: .powerOfTwo(1...4_096)
        case .maxCards: .number(1...268_435_456, unit: "cards")
        case .rememberedIDs: .number(4_096...1_073_741_824, unit: "ids")
        case .spareMemory: .number(0...65_536, unit: "MiB")
        case .segmentSize: .number(5...4_096, unit: "MiB")
        case .fillBuffer: .number(2...16, unit: "MiB")
        case .snapshotInterval: .number(0...31_536_000, unit: "seconds")
        case .snapshotRecords: .number(0...1_000_000_000_000, unit: "records")
        case .snapshotRate: .number(0...1_048_576, unit: "MiB/s")
        case .keepSnapshots: .number(1...1_000, unit: "snapshots")
        case .keepSegments: .number(0...1_000_000, unit: "segments")
        case .auditInterval: .number(1...86_400, unit: "seconds")
        case .auditCheck: .number(1...1_000_000_000_000, unit: "records")
        case .projection: .choice(["on", "off"])
        case .archiveAfter: .number(0...31_536_000, unit: "seconds")
        case .maxConnections: .number(2...1_000_000, unit: "connections")
        case .maxAdminConnections: .number(1...10_000, unit: "connections")
        case .maxConnectionsPerPrincipal, .maxConnectionsPerAddress: .number(0...1_000_000, unit: "connections")
        case .credit: .number(1...65_536, unit: "requests")
        case .maxInFlight: .number(0...16_777_216, unit: "requests")
        case .maxPendingOutput: .number(1...1_024, unit: "MiB")
        case .maxTotalPendingOutput: .number(1...1_048_576, unit: "MiB")
        case .handshakeTimeout, .helloTimeout, .frameTimeout, .idleTimeout, .pingTimeout, .unreadTimeout, .drainTimeout:
            .number(1...86_400_000, unit: "ms")
        case .slowRequest: .number(0...86_400_000, unit: "ms")
        case .slowRequestLines: .number(1...1_000, unit: "lines a second")
        case .logFormat: .choice(["auto", "logfmt", "json"])
        case .logLevel: .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"])
        }
    }

    /// The value without being set, as it would be written.
    var defaultText: String {
        switch self {
        case .dataDirectory: "./assent-data"
        case .listen: "tcp:127.0.0.1:9701 and unix:DATA-DIR/gateway.sock"
        case .admin: "unix:DATA-DIR/admin.sock"
        case .adminUser, .metrics, .listenTLS: "none"
        case .tlsCertificate: "the credential assent-tls-certificate, if there is one"
        case .tlsKey: "the credential assent-tls-key, if there is one"
        case .tlsClientCA: "the credential assent-tls-client-ca, if there is one"
        case .tlsRevocationList: "the credential assent-tls-revocation-list, if there is one"
        case .tlsClientCertificates: "auto"
        case .tlsMinimum: "1.2"
        case .maxHandshakes: "1024"
        case .maxHandshakesPerAddress: "128"
        case .handshakeRate: "500"
        case .handshakeTimeout: "10000"
        case .allowPlaintextRemote, .simulatedClock, .verify, .handOver, .audit: "false"
        case .anonymousScopes: "gateway"
        case .gatewaySocketMode: "660"
        case .adminSocketMode: "600"
        case .eventLoops: "0, which is one for each processor"
        case .shards: "64"
        case .maxCards: "20000000"
        case .rememberedIDs: "4194304"
        case .spareMemory: "128"
        case .segmentSize: "256"
        case .fillBuffer: "4"
        case .snapshotInterval: "900"
        case .snapshotRecords: "10000000"
        case .snapshotRate: "128"
        case .keepSnapshots: "3"
        case .keepSegments: "0"
        case .auditKey: "the credential assent-audit-key, if there is one"
        case .auditFormerKey: "the credential assent-audit-former-key, if there is one"
        case .auditInterval: "10"
        case .auditCheck: "65536"
        case .projection: "on"
        case .archiveAfter: "10"
        case .maxConnections: "16384"
        case .maxAdminConnections: "64"
        case .maxConnectionsPerPrincipal, .maxConnectionsPerAddress: "0, which is a quarter of max-connections"
        case .credit: "1024"
        case .maxInFlight: "0, which is as many as can be answered within a few commits, at most 65536"
        case .maxPendingOutput: "8"
        case .maxTotalPendingOutput: "256"
        case .helloTimeout: "5000"
        case .frameTimeout: "10000"
        case .idleTimeout: "30000"
        case .pingTimeout: "15000"
        case .unreadTimeout: "30000"
        case .drainTimeout: "30000"
        case .logFormat: "auto"
        case .logLevel: "info"
        case .slowRequest: "250"
        case .slowRequestLines: "5"
        }
    }

    /// The default of a number.
    var defaultNumber: Int { Int(defaultText) ?? 0 }

    /// What it is for.
    var purpose: String {
        switch self {
        case .dataDirectory: "Where the journal is. Created when it does not exist; used by one daemon at a time."
        case .listen: "Where payment gateways connect: tcp:HOST:PORT or unix:PATH. May be given several times."
        case .listenTLS:
            "Where payment gateways connect over TLS: HOST:PORT. May be given several times. Needs a certificate and "
                + "its key."
        case .tlsCertificate:
            "The file with the certificate that gateways are shown, then those of authorities between (PEM). It and "
                + "the four files below are read again with every reload; what cannot be used changes nothing."
        case .tlsKey: "The file with the certificate's private key (PEM, not under a password)."
        case .tlsClientCA:
            "The file with the authorities that issue gateways' certificates (PEM)."
        case .tlsRevocationList:
            "The file with what these authorities have revoked (PEM). When its time is over, no certificate is "
                + "accepted until there is a newer one."
        case .tlsClientCertificates:
            "Whether gateways must show certificates; auto: required where there are authorities for them, else none."
        case .tlsMinimum: "The oldest version of TLS that is spoken."
        case .maxHandshakes: "TLS handshakes under way at a time; one more is closed at accept."
        case .maxHandshakesPerAddress:
            "The same from one address of IPv4, or one /64 of IPv6."
        case .handshakeRate: "TLS handshakes that are begun; more wait their turn."
        case .handshakeTimeout: "From connecting to the end of the TLS handshake."
        case .admin:
            "Where operators connect: unix:PATH only, and only root, the daemon's own user and those of --admin-user. "
                + "May be given several times."
        case .metrics:
            "Where Prometheus and health checks connect: tcp:HOST:PORT on a loopback address, or unix:PATH. May be "
                + "given several times."
        case .anonymousScopes:
            "What gateways may ask that say nothing of themselves, on sockets without TLS: names of scopes with commas "
                + "between them, or gateway for authorize,lifecycle,inquiry, or none, so that they must authenticate. "
                + "Over TLS they always must, by certificate or signature."
        case .adminUser: "A user id that may use the admin sockets too. May be given several times."
        case .allowPlaintextRemote:
            "Allow --listen on an address that other machines reach, where what is said can be read and altered; "
                + "--listen-tls needs no leave."
        case .gatewaySocketMode: "Permission bits of the gateway sockets' files, octal."
        case .adminSocketMode: "Permission bits of the admin sockets' files, octal."
        case .eventLoops: "Threads that serve connections."
        case .shards: "Into how many independently locked parts the cards, and the remembered request ids, are divided."
        case .maxCards: "Cards that may exist; one more is refused."
        case .rememberedIDs:
            "Request ids that are remembered, the newest ones: what a repeat is recognised in, across restarts too."
        case .spareMemory:
            "Memory that is made ready in idle time for payments to come, 80 bytes each: a burst of so many does not "
                + "wait for the kernel's pages."
        case .segmentSize: "Size of the journal's preallocated files; more than twice the fill buffer."
        case .fillBuffer: "The most that one group commit writes; when it is full, requests are answered with busy."
        case .snapshotInterval:
            "Seconds from one snapshot to the next, if anything has happened; 0 for none. A start reads the newest "
                + "snapshot and replays what came after it."
        case .snapshotRecords: "Records after which a snapshot is made before its time; 0 for no such number."
        case .snapshotRate: "How fast a snapshot is written at most; 0 for as fast as the disk can."
        case .keepSnapshots: "Snapshots that are kept, the newest ones: what a start falls back to."
        case .keepSegments:
            "Remove the journal's oldest files, except so many, once no kept snapshot, no remembered answer, archive "
                + "or projection needs them: what was decided in them can be explained no more, a projection made anew "
                + "lacks it, and --shards can never change again. 0 keeps all."
        case .projection:
            "Follow the journal into an SQLite file, DATA-DIR/projection.sqlite, for searches, exports and the ledger. "
                + "It may lag, never slows decisions, and can be deleted: it is made anew."
        case .archiveAfter:
            "Seconds after its last event before a closed payment leaves memory for the archive, where every query and "
                + "every later message finds it still."
        case .verify:
            "Before serving, decide every authorization and every other event of a payment in the journal again, and "
                + "refuse to start where the answer differs."
        case .audit: "Keep an audit log under DATA-DIR/audit: a Merkle tree over all records."
        case .auditKey:
            "The file with the key that signs the audit log's checkpoints; without one nothing is signed."
        case .auditFormerKey:
            "The file with the key that audit-key replaces: at the next start both sign that, and from then on the "
                + "new one signs alone."
        case .auditInterval: "Seconds from one signed checkpoint to the next, if anything has happened."
        case .auditCheck:
            "Records at the end of what was signed that a start hashes again, to refuse a history that was changed."
        case .simulatedClock:
            "Take the engine's time from transmissionTime, for replaying the past. The directory is marked; a serving "
                + "daemon refuses it, and this one refuses a serving daemon's."
        case .maxConnections: "Connections open at a time, those of operators included."
        case .maxAdminConnections: "Of these, places that are kept for operators, at most half."
        case .maxConnectionsPerPrincipal:
            "Connections of gateways that one principal may have, or one user of this machine who is none; one more is "
                + "answered with busy (401) and closed. Operators are not counted."
        case .maxConnectionsPerAddress:
            "The same of one address of IPv4, or one /64 of IPv6, while nobody knows whose they are; 127.0.0.0/8 is "
                + "one address."
        case .maxInFlight:
            "Requests that all gateways may have in flight; one more is answered with busy (401). With 0 the number "
                + "follows what the machine can do."
        case .credit: "Requests that one connection may have in flight; one more is answered with busy (401)."
        case .maxPendingOutput: "Answers that one connection may leave unread before it is closed."
        case .maxTotalPendingOutput: "The same over all connections; beyond it those that hold some are not read."
        case .helloTimeout: "From connecting to Hello."
        case .frameTimeout: "From a frame's first byte to its last."
        case .idleTimeout: "Silence after which the daemon sends Ping."
        case .pingTimeout: "Silence after that Ping which closes the connection."
        case .unreadTimeout: "How long a peer may read nothing while answers wait for it."
        case .drainTimeout: "How long stopping may take before connections are cut."
        case .handOver:
            "When asked to stop, leave connections open with the service manager for the next process to go on with. "
                + "The unit needs FileDescriptorStoreMax=."
        case .logFormat:
            "How the log looks: logfmt or json lines on standard error; or auto, which is fields of its own where "
                + "standard error leads to the system's journal, else logfmt."
        case .logLevel: "The least serious lines that are written."
        case .slowRequest:
            "From reading a request to its durable answer: what takes longer is logged with the time of each stage; 0 "
                + "for never."
        case .slowRequestLines: "Of those, how many are logged."
        }
    }

    /// Range and unit, as --help shows them.
    var range: String? {
        switch kind {
        case .number(let range, let unit): "\(range.lowerBound) to \(range.upperBound) \(unit)"
        case .powerOfTwo(let range): "a power of two from \(range.lowerBound) to \(range.upperBound)"
        case .mode: "000 to 777"
        case .choice(let words): words.joined(separator: ", ")
        case .flag, .path, .endpoints, .addresses, .users, .scopes: nil
        }
    }

    /// Purpose, range and default in one paragraph.
    var help: String {
        let rangeText = range.map { " \($0.prefix(1).uppercased())\($0.dropFirst());" } ?? ""
        return "\(purpose)\(rangeText) \(rangeText.isEmpty ? "Default" : "default") \(defaultText)."
    }
}
