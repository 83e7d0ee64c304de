import Audit
import Cryptography
import Engine
import Journal
import Logging
import Platform
import Projection
import Service
import Transport

/// What the signals ask for.
extension Daemon {
    /// For how long after the first signal another is taken for a repetition of it.
    private static let repeatNanoseconds: Int64 = 1_000_000_000

    /// Serves until it is asked to stop.
    func waitForSignals(_ running: Running) -> Never {
        let (signal, isForGood) = nextStopSignal(running)
        let first = Clock.monotonicNanoseconds()
        let handsOver = running.settings.current.handsOver && supervisor.isThere && !isForGood
        logger.event(
            .stopping,
            .info,
            "draining",
            metadata: [
                "signal": "\(signal.name)",
                "in_flight": "\(running.server.counters.inFlight)",
                "connections": "\(running.server.counters.connections)",
                "hands_over": "\(handsOver)",
            ]
        )
        watch.stops()
        supervisor.stopping(
            handsOver ? "stopping: leaving connections to the next process" : "stopping: telling clients to go"
        )
        do throws(PlatformError) {
            _ = try WorkerThread(name: "drain") { stop(running, handsOver: handsOver) }
        } catch {
            end(.system, "\(error)")
        }
        // timeout(1), for one, sends its signal twice: to the process and to its group.
        repeat { _ = nextStopSignal(nil) } while Clock.monotonicNanoseconds() - first < Self.repeatNanoseconds
        end(.interrupted, "stopped at once by a second signal; nothing that was answered is lost")
    }

    /// - Parameter running: What is reloaded on SIGHUP; `nil` once the end has begun.
    /// - Returns: The signal, and whether SIGUSR2 came before it.
    private func nextStopSignal(
        _ running: Running?
    ) -> (signal: TerminationSignals.Received, isForGood: Bool) {
        var isForGood = false
        while true {
            let signal = TerminationSignals.wait()
            switch signal {
            case .terminate, .interrupt: return (signal, isForGood)
            case .hangUp: if let running { reload(running) }
            case .user2: isForGood = true
            case .user1: logger.notice("\(signal.name) is ignored: it means nothing here")
            }
        }
    }

    private func stop(_ running: Running, handsOver: Bool) -> Never {
        var left: [HandedConnection] = []
        if handsOver {
            left = running.server.handOver(
                graceMilliseconds: running.settings.current.drainTimeoutMilliseconds,
                unreadMilliseconds: ConnectionHandOver.unreadMilliseconds
            )
        } else {
            running.server.drain(graceMilliseconds: running.settings.current.drainTimeoutMilliseconds)
        }
        running.service?.stop()
        running.projection?.stop()
        running.engine?.journal.close()
        if handsOver { ConnectionHandOver(supervisor: supervisor, logger: logger).leave(left) }
        // What became durable last is signed, too.
        running.audit?.stop()
        logger.event(
            .stopped,
            .info,
            "stopped",
            metadata: ["durable_lsn": "\(running.engine?.journal.durableLSN ?? 0)"]
        )
        watch.close()
        CurrentProcess.exitNow(ExitStatus.drained.rawValue)
    }

    /// Reads the configuration again. What cannot be used changes nothing.
    private func reload(_ running: Running) {
        supervisor.reloading()
        let old = running.settings.current
        do {
            let new = try reread()
            let tls = try new.loadTLS(replacing: running.server.tls)
            let reload = Reload(from: old, to: new, startedWith: configuration)
            // What waits for the next start must not be what it ends with.
            if !reload.deferred.isEmpty { try new.checkStart() }
            if let tls {
                // One that has ended serves nobody: the old one may still.
                if let trouble = tls.troubles(at: Clock.now() / 1_000_000).first {
                    throw TLSFiles.Failure(description: trouble)
                }
                if let authority = tls.authorityLost(by: running.server.tls) {
                    throw TLSFiles.Failure(
                        description: "no revocation list is by the authority \(authority) any more: all certificates "
                            + "that it has issued itself would be refused"
                    )
                }
                running.server.setTLS(tls)
                say(of: tls)
            }
            threshold.level = Logger.Level(rawValue: new.logLevel) ?? threshold.level
            running.server.setAdministrators(new.server.administratorUserIDs)
            running.server.setAnonymousScopes(new.server.anonymousScopes)
            // Of what is in force, which another max-connections is at the next start only.
            let bounds = new.connectionBounds(of: configuration.server.limits.connectionCountMax)
            running.server.setConnectionBounds(perPrincipal: bounds.perPrincipal, perAddress: bounds.perAddress)
            running.settings.replace(with: new)
            if !isEcho { writeSettings(new) }
            var metadata = reload.metadata
            // They may have changed under the same names.
            if let tls { metadata["certificate"] = "\(tls.certificate.fingerprint)" }
            logger.event(.reloaded, .notice, "the configuration was read again", metadata: metadata)
            supervisor.ready("serving with the configuration read again")
        } catch {
            logger.event(
                .reloadRefused,
                .error,
                "the new configuration cannot be used; the old one stays in force",
                metadata: ["cause": "\(error)"]
            )
            supervisor.ready("serving with the old configuration, the new one cannot be used: \(error)")
        }
    }
}
