import Archive
import Audit
import Backup
import Cryptography
import Domain
import Engine
import Journal
import Logging
import Platform
import Projection
import Service
import Transport
import Wire

/// The order in which the parts start and stop. Nothing else is decided here.
struct Daemon {
    let configuration: Configuration
    let logger: Logger
    /// Whether requests are sent back as they are, without an engine.
    let isEcho: Bool
    /// Who is told how things are.
    let supervisor: Supervisor
    /// What was passed to this process.
    let activation: SocketActivation
    /// What is logged.
    let threshold: LogThreshold
    /// Whoever watches is answered by it.
    let watch: Watch
    /// How far the start has come.
    let progress: StartProgress
    /// The file that the configuration was read from; `nil`: none.
    let configurationPath: String?
    /// Reads the configuration again.
    let reread: @Sendable () throws(ConfigurationError) -> Configuration

    /// What is to be stopped, in order.
    final class Running: Sendable {
        let server: Server
        let service: DecisionService?
        let projection: Projection?
        let engine: Engine?
        let audit: AuditLog?
        let lock: DirectoryLock?
        let settings: Settings

        init(
            server: Server,
            service: DecisionService? = nil,
            projection: Projection? = nil,
            engine: Engine? = nil,
            audit: AuditLog? = nil,
            lock: consuming DirectoryLock? = nil,
            settings: Settings
        ) {
            self.server = server
            self.service = service
            self.projection = projection
            self.engine = engine
            self.audit = audit
            self.lock = lock
            self.settings = settings
        }
    }

    /// The settings in force, which a reload replaces.
    final class Settings: Sendable {
        private let configuration: Locked<Configuration>

        init(_ configuration: Configuration) { self.configuration = Locked(configuration) }

        var current: Configuration { configuration.withLock { $0 } }

        func replace(with configuration: Configuration) { self.configuration.withLock { $0 = configuration } }
    }

    /// Runs until a signal asks it to stop. The signals must be blocked already.
    func run() -> Never {
        logger.event(
            .starting,
            .info,
            "starting",
            metadata: ["version": "\(productVersion)", "pid": "\(CurrentProcess.identifier)"]
        )
        let wanted = configuration.server.limits.connectionCountMax + 256
        let descriptors = DescriptorLimit.raise(to: wanted)
        if descriptors < wanted {
            logger.warning(
                "fewer files may be open than max-connections needs",
                metadata: ["limit": "\(descriptors)", "needed": "\(wanted)"]
            )
        }
        let began = Clock.monotonicNanoseconds()
        answerWatchers()
        let running = isEcho ? startEcho() : start()
        listen(running.server)
        ConnectionHandOver(supervisor: supervisor, logger: logger).adopt(activation.carriers, by: running.server)
        let liveness = Liveness()
        watch.serves(
            Watch.Serving(
                server: running.server,
                service: running.service,
                engine: running.engine,
                projection: running.projection,
                audit: running.audit,
                liveness: liveness
            )
        )
        do throws(PlatformError) {
            try Heartbeat.start(running.server, running.engine, supervisor, liveness, logger: logger)
        } catch {
            end(.system, "\(error)")
        }
        if !isEcho { writeSettings(configuration) }
        logger.event(
            .ready,
            .info,
            "ready",
            metadata: ["microseconds": "\((Clock.monotonicNanoseconds() - began) / 1_000)"]
        )
        supervisor.ready("serving")
        waitForSignals(running)
    }

    // MARK: Starting

    private func start() -> Running {
        let lock: DirectoryLock
        let storage: FileJournalStorage
        let snapshotStorage: FileJournalStorage
        let archiveStorage: FileArchiveStorage
        do throws(PlatformError) {
            try FileSystem.createDirectory(configuration.dataDirectory)
            lock = try DirectoryLock(directory: configuration.dataDirectory)
        } catch {
            end(ExitStatus(error), "\(error)")
        }
        let restored = RestoredState(dataDirectory: configuration.dataDirectory, logger: logger)
        if let problem = restored.obstacle { end(.corrupt, problem) }
        do throws(PlatformError) {
            storage = try FileJournalStorage(directory: configuration.dataDirectory + "/journal")
            snapshotStorage = try FileJournalStorage(directory: configuration.dataDirectory + "/snapshots")
            archiveStorage = try FileArchiveStorage(directory: configuration.dataDirectory + "/archive")
        } catch {
            end(ExitStatus(error), "\(error)")
        }
        if configuration.engine.simulatedClock {
            logger.warning("the clock is simulated: the engine's time is each request's transmission time")
        }
        let engine = openEngine(storage, snapshots: snapshotStorage, archive: archiveStorage)
        if let problem = restored.difference(from: engine) { end(.corrupt, problem) }
        let audit = openAudit(engine, storage)
        StartWarnings(engine: engine, wasUsedBefore: lock.wasUsedBefore).log(to: logger)
        let projection = makeProjection(engine, storage)
        let service: DecisionService
        do throws(PlatformError) {
            service = try DecisionService(
                engine: engine,
                projection: projection,
                daemonVersion: productVersion,
                startedAt: Instant(microseconds: Clock.now())
            )
        } catch {
            end(.system, "\(error)")
        }
        let receipts = AuditReceipts(audit)
        var features: Features = configuration.engine.simulatedClock ? [.simulatedClock] : []
        if receipts != nil { features.insert(.receipts) }
        let server = makeServer(handler: service, instanceID: engine.instanceID, features: features)
        service.reportTransport { server.counters }
        service.reportPrincipals { server.setPrincipals($0, closing: $1) }
        let snapshotRequests = SnapshotRequests()
        service.makeSnapshots { snapshotRequests.ask($0) }
        let backups = openBackups()
        service.keepBackups(with: backups)
        if let receipts { service.signReceipts(with: receipts) }
        // What recovery brought back is durable. Said before the journal's thread speaks for itself.
        server.durableAdvanced(to: engine.journal.durableLSN)
        let journal = engine.journal
        do throws(EngineError) {
            try engine.start(
                onDurable: { lsn in
                    server.durableAdvanced(to: lsn.rawValue, commit: CommitMoments(journal.latestCommit))
                    service.durableAdvanced(to: lsn)
                },
                onFailure: { error in
                    end(.inputOutput, "\(error); stopped at once: the state is what the journal holds")
                }
            )
        } catch {
            end(ExitStatus(error), "\(error)")
        }
        let settings = Settings(configuration)
        startWatches(engine, settings, snapshotRequests, audit: audit, projection: projection, backups: backups)
        return Running(
            server: server,
            service: service,
            projection: projection,
            engine: engine,
            audit: audit,
            lock: lock,
            settings: settings
        )
    }

    /// Starts the threads that look after things beside the decisions.
    private func startWatches(
        _ engine: Engine,
        _ settings: Settings,
        _ snapshotRequests: SnapshotRequests,
        audit: AuditLog?,
        projection: Projection?,
        backups: BackupHolds
    ) {
        do throws(PlatformError) {
            try DiskWatch.start(engine.journal, logger: logger)
            try Housekeeping.start(engine, logger: logger)
            try audit?.start()
            try SnapshotSchedule.start(
                engine,
                { settings.current.snapshots },
                snapshotRequests,
                // A record that is removed before it is in the tree could never get there, nor one that the projection
                // does not have; one that is not backed up would be missing from all backups to come.
                oldestNeeded: {
                    let audited = audit.map { $0.figures.size + 1 } ?? .max
                    return min(audited, projection?.neededLSN.rawValue ?? .max, backups.neededLSN)
                },
                logger: logger
            )
            try ArchiveSchedule.start(engine, configuration.archive, logger: logger)
            if let projection {
                try projection.start()
                try ProjectionWatch.start(projection, logger: logger)
            }
        } catch {
            end(.system, "\(error)")
        }
    }

    /// What follows the journal, if it is wanted; not started yet.
    private func makeProjection(_ engine: Engine, _ storage: FileJournalStorage) -> Projection? {
        guard let path = configuration.projectionPath else { return nil }
        let journal = engine.journal
        return Projection(
            ProjectionOptions(path: path),
            storage: storage,
            identity: journal.identity,
            durableLSN: { journal.durableLSN }
        )
    }

    private func openEngine(
        _ storage: FileJournalStorage,
        snapshots: FileJournalStorage,
        archive: FileArchiveStorage
    ) -> Engine {
        let engine: Engine
        let startWatch: StartWatch
        do throws(PlatformError) {
            startWatch = try StartWatch(progress, supervisor)
        } catch {
            end(.system, "\(error)")
        }
        defer { startWatch.stop() }
        do throws(EngineError) {
            engine = try Engine.open(
                options: configuration.engine,
                journalOptions: configuration.journal,
                storage: storage,
                snapshotStorage: snapshots,
                archiveStorage: archive,
                progress: progress
            )
        } catch {
            end(ExitStatus(error), "\(error)")
        }
        let report = engine.journal.recovery
        for problem in engine.recoverySource.problems {
            logger.event(
                .snapshotUnusable,
                .error,
                "a snapshot cannot be used; an older one or the journal took its place",
                metadata: ["cause": "\(problem)"]
            )
        }
        logger.event(
            .recovered,
            .info,
            "recovered",
            metadata: [
                "records": "\(report.records)", "bytes": "\(report.bytes)", "segments": "\(report.segments)",
                "microseconds": "\(engine.recoverySource.journalMicroseconds)",
                "torn_tail_bytes": "\(report.tornTailByteCount)",
                "closed_in_order": "\(report.wasClosed)", "new": "\(report.isNew)", "cards": "\(engine.cardCount)",
                "instance": "\(engine.instanceID)",
                "snapshot": "\(engine.recoverySource.snapshotLSN.map { "\($0)" } ?? "none")",
                "snapshot_microseconds": "\(engine.recoverySource.snapshotMicroseconds)",
            ]
        )
        return engine
    }

    private func openBackups() -> BackupHolds {
        do throws(PlatformError) {
            return try BackupHolds(dataDirectory: configuration.dataDirectory, logger: logger)
        } catch {
            end(.inputOutput, "\(error)")
        }
    }

    private func openAudit(_ engine: Engine, _ storage: FileJournalStorage) -> AuditLog? {
        let trail = AuditTrail(configuration.audit, dataDirectory: configuration.dataDirectory, logger: logger)
        do throws(AuditTrail.Failure) {
            return try trail.open(engine, storage: storage)
        } catch {
            end(error.status, error.message)
        }
    }

    /// Begins to answer those who watch, before anything that takes time.
    private func answerWatchers() {
        guard !configuration.metrics.isEmpty || !activation.metrics.isEmpty else { return }
        let responder = HTTPResponder { [watch] in watch.respond($0) }
        do throws(ServerError) {
            var endpoints: [Endpoint] = []
            for (endpoint, descriptor) in activation.metrics {
                endpoints.append(try responder.listen(on: endpoint, passedDescriptor: descriptor))
            }
            for endpoint in configuration.metrics { endpoints.append(try responder.listen(on: endpoint)) }
            for endpoint in endpoints {
                logger.info("listening", metadata: ["endpoint": "\(endpoint)", "role": "metrics"])
            }
        } catch {
            end(ExitStatus(error), "\(error)")
        }
        watch.isAnswered(by: responder)
    }

    private func startEcho() -> Running {
        logger.warning("measuring the transport: requests are sent back as they are, nothing is decided or stored")
        let server = makeServer(handler: EchoHandler(), instanceID: InstanceID(high: 0, low: 1), features: [])
        return Running(server: server, settings: Settings(configuration))
    }

    private func makeServer(
        handler: any RequestHandler,
        instanceID: InstanceID,
        features: Features
    ) -> Server {
        let log = TransportLog(logger)
        var serverConfiguration = configuration.server
        do throws(TLSFiles.Failure) {
            serverConfiguration.tls = try configuration.loadTLS()
        } catch {
            end(.configuration, "\(error)")
        }
        for remark in configuration.remarks { logger.warning("\(remark)") }
        if let tls = serverConfiguration.tls { say(of: tls) }
        let server = Server(
            configuration: serverConfiguration,
            identity: ServerIdentity(
                // A cluster of one machine; it gets an id of its own when there can be more.
                clusterID: instanceID,
                instanceID: instanceID,
                serverName: "assentd \(productVersion)",
                features: features
            ),
            handler: handler,
            report: { log.note($0) }
        )
        do throws(PlatformError) {
            try ConnectionWatch.start(
                server,
                log,
                pendingByteCountMax: serverConfiguration.limits.totalPendingByteCountMax,
                logger: logger
            )
        } catch {
            end(.system, "\(error)")
        }
        return server
    }

    /// What an operator wants to know of a certificate that is in force.
    func say(of tls: TLSServerContext) {
        let end = Instant(microseconds: tls.certificate.endSecond * 1_000_000)
        logger.info(
            "TLS",
            metadata: [
                "certificate_ends": "\(end)", "fingerprint": "\(tls.certificate.fingerprint)",
                "client_certificates": "\(tls.options.clientCertificates.rawValue)",
            ]
        )
        for trouble in tls.troubles(at: Clock.now() / 1_000_000) { logger.error("\(trouble)") }
        for remark in tls.remarks { logger.warning("\(remark)") }
    }

    private func listen(_ server: Server) {
        do throws(ServerError) {
            let endpoints = try server.start()
            for (endpoint, listener) in zip(endpoints, configuration.server.listeners) {
                logger.info(
                    "listening",
                    metadata: [
                        "endpoint": "\(endpoint)", "role": "\(listener.role)",
                        "tls": "\(listener.isSealed)",
                    ]
                )
            }
        } catch {
            end(ExitStatus(error), "\(error)")
        }
    }

    /// Says in the data directory what is in force. Serving does not depend on it.
    func writeSettings(_ current: Configuration) {
        do throws(PlatformError) {
            try SettingsFile(startedWith: configuration, configurationPath: configurationPath).write(current)
        } catch {
            logger.warning("what is in force is not told to assentctl doctor", metadata: ["cause": "\(error)"])
        }
    }

    /// The last word.
    func end(_ status: ExitStatus, _ reason: String) -> Never {
        logger.event(.ended, .critical, "\(reason)", metadata: ["exit": "\(status.rawValue)"])
        supervisor.status("ended: \(reason)")
        CurrentProcess.exitNow(status.rawValue)
    }
}

extension CommitMoments {
    /// What the journal measured.
    fileprivate init(_ times: CommitTimes) {
        self.init(
            lastLSN: times.lastLSN,
            takenAt: times.takenAt / 1_000,
            writtenAt: times.writtenAt / 1_000,
            durableAt: times.durableAt / 1_000
        )
    }
}
