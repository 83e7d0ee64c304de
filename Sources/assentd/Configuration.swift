import Cryptography
import Engine
import Journal
import Platform
import Transport
import Wire

/// The daemon's configuration, checked: what was set, and the defaults for the rest.
struct Configuration {
    var dataDirectory: String
    var server: ServerConfiguration
    /// What was set for the connections of one holder; 0 for a quarter of all.
    private let connectionsPerPrincipal: Int
    private let connectionsPerAddress: Int
    /// Where it is watched.
    var metrics: [Endpoint]
    var engine: EngineOptions
    var journal: JournalOptions
    var snapshots: SnapshotSchedule.Options
    var audit: AuditTrail.Options
    /// What TLS is spoken with.
    var tls: TLSFiles
    /// Where the projection is; `nil`: there is none.
    var projectionPath: String?
    var archive: ArchiverOptions
    var drainTimeoutMilliseconds: UInt32
    /// Whether connections are left to the next process.
    var handsOver: Bool
    /// `nil`: whatever suits where standard error leads.
    var logFormat: LogFormat?
    var logLevel: String
    /// What was set, for comparing with a later reading of it.
    let values: SettingValues

    /// Checks every value.
    ///
    /// - Parameter passed: Listeners that somebody else has opened. With any, the defaults for listeners do not count.
    /// - Throws: The first, in the order of `Setting`, that cannot be used.
    init(
        _ values: SettingValues,
        passed: [ServerConfiguration.Listener] = []
    ) throws(ConfigurationError) {
        self.values = values
        let reader = SettingReader(values)
        for setting in Setting.allCases { try reader.check(setting) }
        dataDirectory = try reader.text(.dataDirectory)
        server = try Self.server(reader, dataDirectory: dataDirectory, passed: passed)
        connectionsPerPrincipal = try reader.number(.maxConnectionsPerPrincipal)
        connectionsPerAddress = try reader.number(.maxConnectionsPerAddress)
        metrics = try reader.endpoints(.metrics) ?? []
        engine = EngineOptions()
        engine.cardShardCount = try reader.number(.shards)
        engine.requestShardCount = engine.cardShardCount
        engine.rememberedRequestCount = try reader.number(.rememberedIDs)
        engine.spareMemoryByteCount = try reader.number(.spareMemory) << 20
        engine.cardCountMax = try reader.number(.maxCards)
        engine.appenderCount = max(engine.appenderCount, server.eventLoopCount + 16)
        engine.snapshotKeptCount = try reader.number(.keepSnapshots)
        engine.simulatedClock = try reader.flag(.simulatedClock)
        engine.verifiesDecisions = try reader.flag(.verify)
        journal = JournalOptions()
        journal.bufferByteCount = try reader.number(.fillBuffer) << 20
        journal.segmentByteCount = UInt64(try reader.number(.segmentSize)) << 20
        guard journal.segmentByteCount > 2 * UInt64(journal.bufferByteCount) else {
            throw reader.invalid(.segmentSize, expected: "more than twice fill-buffer")
        }
        snapshots = SnapshotSchedule.Options()
        snapshots.intervalSeconds = try reader.number(.snapshotInterval)
        snapshots.recordCount = try reader.number(.snapshotRecords)
        snapshots.bytesPerSecond = UInt64(try reader.number(.snapshotRate)) << 20
        snapshots.keptSegmentCount = try reader.number(.keepSegments)
        audit = AuditTrail.Options()
        audit.isOn = try reader.flag(.audit)
        audit.keyPath = try reader.path(.auditKey)
        audit.formerKeyPath = try reader.path(.auditFormerKey)
        audit.intervalSeconds = try reader.number(.auditInterval)
        audit.checkCount = try reader.number(.auditCheck)
        tls = try Self.tls(reader)
        projectionPath = try reader.text(.projection) == "on" ? dataDirectory + "/projection.sqlite" : nil
        archive = ArchiverOptions()
        archive.quietMicroseconds = Int64(try reader.number(.archiveAfter)) * 1_000_000
        // Few payments wait for more, but in proportion.
        archive.waitMicrosecondsMax = min(archive.waitMicrosecondsMax, 6 * archive.quietMicroseconds)
        drainTimeoutMilliseconds = UInt32(try reader.number(.drainTimeout))
        handsOver = try reader.flag(.handOver)
        logFormat =
            switch try reader.text(.logFormat) {
            case "json": .json
            case "logfmt": .logfmt
            default: nil
            }
        logLevel = try reader.text(.logLevel)
        let bounds = connectionBounds(of: server.limits.connectionCountMax)
        server.limits.connectionsPerPrincipalMax = bounds.perPrincipal
        server.limits.connectionsPerAddressMax = bounds.perAddress
    }

    /// How many connections one principal or user, and one address, may have where there may be so many of all.
    func connectionBounds(of connectionCountMax: Int) -> (perPrincipal: Int, perAddress: Int) {
        let quarter = max(1, connectionCountMax / 4)
        return (
            connectionsPerPrincipal == 0 ? quarter : connectionsPerPrincipal,
            connectionsPerAddress == 0 ? quarter : connectionsPerAddress
        )
    }

    private static func server(
        _ reader: SettingReader,
        dataDirectory: String,
        passed: [ServerConfiguration.Listener]
    ) throws(ConfigurationError) -> ServerConfiguration {
        let gatewayMode = try reader.mode(.gatewaySocketMode)
        let adminMode = try reader.mode(.adminSocketMode)
        var listeners = passed
        let gateways =
            try reader.endpoints(.listen)
            ?? (passed.isEmpty
                ? [.tcp(host: "127.0.0.1", port: 9_701), .unix(path: dataDirectory + "/gateway.sock")] : [])
        for endpoint in gateways {
            listeners.append(.init(endpoint: endpoint, role: .gateway, fileMode: gatewayMode))
        }
        for endpoint in try reader.addresses(.listenTLS) {
            listeners.append(.init(endpoint: endpoint, role: .gateway, isSealed: true))
        }
        let admins =
            try reader.endpoints(.admin) ?? (passed.isEmpty ? [.unix(path: dataDirectory + "/admin.sock")] : [])
        for endpoint in admins {
            guard case .unix = endpoint else {
                throw reader.invalid(
                    .admin,
                    value: "\(endpoint)",
                    expected: "unix:PATH; operators are known by their user"
                )
            }
            listeners.append(.init(endpoint: endpoint, role: .administration, fileMode: adminMode))
        }
        let loops = try reader.number(.eventLoops)
        return ServerConfiguration(
            listeners: listeners,
            eventLoopCount: loops == 0 ? CurrentProcess.processorCount : loops,
            limits: try limits(reader),
            administratorUserIDs: try reader.users(.adminUser),
            allowsPlaintextRemote: try reader.flag(.allowPlaintextRemote),
            anonymousScopes: try reader.scopes(.anonymousScopes)
        )
    }

    private static func tls(_ reader: SettingReader) throws(ConfigurationError) -> TLSFiles {
        var files = TLSFiles()
        files.certificatePath = try reader.path(.tlsCertificate)
        files.keyPath = try reader.path(.tlsKey)
        files.clientAuthorityPath = try reader.path(.tlsClientCA)
        files.revocationListPath = try reader.path(.tlsRevocationList)
        // `nil` for auto.
        files.clientCertificates = .init(rawValue: try reader.text(.tlsClientCertificates))
        files.minimumVersion = TLSVersion(rawValue: try reader.text(.tlsMinimum)) ?? .tls12
        return files
    }

    private static func limits(_ reader: SettingReader) throws(ConfigurationError) -> TransportLimits {
        var limits = TransportLimits()
        limits.connectionCountMax = try reader.number(.maxConnections)
        limits.gatewayConnectionCountMax = limits.connectionCountMax
        limits.administrationConnectionCountMax = try reader.number(.maxAdminConnections)
        limits.creditMax = UInt32(try reader.number(.credit))
        let inFlight = try reader.number(.maxInFlight)
        limits.inFlightAdapts = inFlight == 0
        if inFlight > 0 { limits.inFlightMax = inFlight }
        limits.pendingByteCountMax = try reader.number(.maxPendingOutput) << 20
        limits.totalPendingByteCountMax = try reader.number(.maxTotalPendingOutput) << 20
        limits.handshakeCountMax = try reader.number(.maxHandshakes)
        limits.handshakesPerAddressMax = try reader.number(.maxHandshakesPerAddress)
        limits.handshakesPerSecondMax = try reader.number(.handshakeRate)
        limits.handshakeMilliseconds = Int64(try reader.number(.handshakeTimeout))
        limits.helloMilliseconds = Int64(try reader.number(.helloTimeout))
        limits.partialFrameMilliseconds = Int64(try reader.number(.frameTimeout))
        limits.idlePingMilliseconds = Int64(try reader.number(.idleTimeout))
        limits.idleCloseMilliseconds = Int64(try reader.number(.pingTimeout))
        limits.unwritableMilliseconds = Int64(try reader.number(.unreadTimeout))
        limits.slowRequestMilliseconds = Int64(try reader.number(.slowRequest))
        limits.slowRequestLinesPerSecond = try reader.number(.slowRequestLines)
        return limits
    }
}
