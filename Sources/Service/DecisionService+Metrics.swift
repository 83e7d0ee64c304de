import Authorization
import Domain
import Engine
import Journal
import Platform
public import Transport
import Wire

/// What Prometheus scrapes.
extension DecisionService {
    /// Adds everything that the service and the parts below it count. Takes each shard's lock for a moment.
    ///
    /// - Parameter transport: The transport's latencies and refusals.
    public func addMetrics(to page: inout MetricsText, transport: TransportMeasures) {
        let status = status()
        addDecisions(to: &page, status)
        addRequests(to: &page, status, transport)
        addJournal(to: &page, status)
        addStorage(to: &page, status)
        addRules(to: &page)
        addLists(to: &page)
        addCounters(to: &page)
        page.value("assent_cards", .gauge, "Cards that exist.", status.cards)
        page.value(
            "assent_remembered_request_ids",
            .gauge,
            "Request ids that repeats are recognised by.",
            status.rememberedIDs
        )
        page.value(
            "assent_payments_in_memory",
            .gauge,
            "Payments with a hold or other unfinished business, and closed ones not archived yet.",
            status.paymentsInMemory
        )
        page.value(
            "assent_open_holds",
            .gauge,
            "Payments that hold money of a card now; holds that are due count until they are expired.",
            UInt64(engine.openHoldCount)
        )
        page.value(
            "assent_principals",
            .gauge,
            "Principals that may ask something.",
            UInt64(engine.principals.count { $0.revokedAt == nil })
        )
        page.histogram(
            "assent_shard_lock_wait_duration_seconds",
            "How long threads waited for the lock of a shard, of cards or request ids, that they found taken.",
            LockWaits.counts,
            isMicroseconds: true
        )
    }

    private func addDecisions(to page: inout MetricsText, _ status: StatusReply) {
        page.values(
            "assent_decisions_total",
            .counter,
            "Decisions by outcome.",
            [
                ([("outcome", "approved")], status.approved), ([("outcome", "flagged")], status.flagged),
                ([("outcome", "declined")], status.declined),
            ]
        )
        page.values(
            "assent_decision_reasons_total",
            .counter,
            "Decisions by their reason and its ISO 8583 response code.",
            status.reasons.map { entry in
                ([("reason", "\(entry.reason)"), ("response_code", entry.reason.responseCode)], entry.total)
            }
        )
        page.value("assent_repeats_total", .counter, "Repeated requests that got their stored answer.", status.repeated)
    }

    private func addRequests(to page: inout MetricsText, _ status: StatusReply, _ transport: TransportMeasures) {
        page.histogram(
            "assent_request_duration_seconds",
            "From reading a request's frame to handing its durable answer to the socket.",
            transport.latencies,
            isMicroseconds: true
        )
        let counters = statistics.transportCounters
        page.values(
            "assent_rejects_total",
            .counter,
            "Requests and connections refused without a decision, by the protocol's code.",
            RejectCode.allCases.map { code in
                // Each loop counts for itself what it refuses when there is too much of everything.
                let overload = code == .busy ? counters.busyCauses[.overload] : 0
                return (
                    [("code", "\(code.rawValue)"), ("name", "\(code)")],
                    transport.rejects.count(of: code) + statistics.rejects.count(of: code) + overload
                )
            }
        )
        page.values(
            "assent_busy_refusals_total",
            .counter,
            "Requests that the transport refused as busy, by cause; memory is a connection's share for unread answers.",
            BusyCause.allCases.map { ([("cause", $0.name)], counters.busyCauses[$0]) }
        )
        page.values(
            "assent_principal_refusals_total",
            .counter,
            "Requests and connections refused by principal and cause, of "
                + "\(TransportMeasures.namedPrincipalCountMax) in force at most.",
            transport.principals.flatMap { principal in
                zip(PrincipalRefusal.allCases, principal.refusals).map { cause, count in
                    ([("principal", principal.name), ("cause", "\(cause)")], count)
                }
            }
        )
        page.value(
            "assent_requests_in_flight",
            .gauge,
            "Requests taken on and not answered.",
            UInt64(counters.inFlight)
        )
        page.value(
            "assent_slow_requests_total",
            .counter,
            "Requests that took longer than slow-request; some of them are in the log with the time of each stage.",
            counters.slowRequests
        )
        page.seconds(
            "assent_slow_request_stage_seconds_total",
            .counter,
            "Where the time of slow requests went; each of those that were read together counts.",
            transport.slowStages.map { ([("stage", $0.name)], $0.microseconds) }
        )
        addConnections(to: &page, counters)
        addTLS(to: &page, counters, transport)
        page.value(
            "assent_pending_output_bytes",
            .gauge,
            "Answers that clients have not read, in whole chunks.",
            counters.pendingBytes
        )
        page.value(
            "assent_worker_queue_jobs",
            .gauge,
            "Queries and repeats that wait for a thread.",
            UInt64(workers.waitingCount)
        )
    }

    private func addConnections(to page: inout MetricsText, _ counters: ServerCounters) {
        page.value("assent_connections", .gauge, "Open connections.", UInt64(counters.connections))
        page.value(
            "assent_connections_at_door",
            .gauge,
            "Open connections that have asked nothing yet that they may.",
            UInt64(counters.connectionsAtDoor)
        )
        page.value("assent_connections_accepted_total", .counter, "Connections ever accepted.", counters.accepted)
        page.values(
            "assent_connections_refused_total",
            .counter,
            "Connections refused, by whose places are taken: all of them, or those of one principal, user or address.",
            ConnectionRefusalCause.allCases.map { ([("reason", "\($0)")], counters.connectionRefusals[$0]) }
        )
    }

    private func addTLS(to page: inout MetricsText, _ counters: ServerCounters, _ transport: TransportMeasures) {
        page.values(
            "assent_tls_handshakes_total",
            .counter,
            "TLS handshakes by what became of them.",
            HandshakeOutcome.allCases.map { ([("outcome", "\($0)")], transport.handshakes.count(of: $0)) }
        )
        page.value(
            "assent_tls_handshakes_under_way",
            .gauge,
            "TLS handshakes that are not done.",
            UInt64(max(0, transport.handshakes.underWayCount))
        )
        page.value(
            "assent_tls_certificate_end_timestamp_seconds",
            .gauge,
            "When the certificate that gateways are shown ends; 0 where there is none.",
            UInt64(max(0, counters.certificateEndSecond))
        )
        page.value(
            "assent_tls_revocation_list_end_timestamp_seconds",
            .gauge,
            "When the revocation list ends to count, and with it every gateway's certificate; 0 where there is none.",
            UInt64(max(0, counters.revocationListEndSecond))
        )
        page.value(
            "assent_tls_client_authority_end_timestamp_seconds",
            .gauge,
            "When the first authority that issues gateways' certificates ends; 0 where there is none.",
            UInt64(max(0, counters.clientAuthorityEndSecond))
        )
    }

    private func addJournal(to page: inout MetricsText, _ status: StatusReply) {
        let journal = engine.journal
        let statistics = journal.statistics
        page.histogram(
            "assent_journal_commit_duration_seconds",
            "Writing and synchronising one group of records.",
            journal.commitMicroseconds,
            isMicroseconds: true
        )
        page.histogram(
            "assent_journal_group_records",
            "Records that one group commit made durable.",
            journal.groupSizes,
            isMicroseconds: false
        )
        page.value("assent_journal_written_bytes_total", .counter, "Bytes written to the journal.", statistics.bytes)
        page.value("assent_journal_last_lsn", .gauge, "Newest record.", status.lastLSN.rawValue)
        page.value("assent_journal_durable_lsn", .gauge, "Newest durable record.", status.durableLSN.rawValue)
        page.value("assent_journal_backlog_bytes", .gauge, "Records not durable yet.", UInt64(journal.backlogByteCount))
        page.value(
            "assent_journal_out_of_space",
            .gauge,
            "1 while requests are refused because the disk has no room.",
            engine.isOutOfSpace ? 1 : 0
        )
        page.value(
            "assent_journal_preparation_failing",
            .gauge,
            "1 while the journal's next file cannot be prepared.",
            statistics.preparationProblem == nil ? 0 : 1
        )
    }

    private func addStorage(to page: inout MetricsText, _ status: StatusReply) {
        let last = status.lastLSN.rawValue
        page.value("assent_snapshot_lsn", .gauge, "Newest record in the newest snapshot.", status.snapshotLSN.rawValue)
        page.value(
            "assent_snapshot_lag_records",
            .gauge,
            "Records that a start would replay.",
            last - min(last, status.snapshotLSN.rawValue)
        )
        page.seconds(
            "assent_snapshot_timestamp_seconds",
            .gauge,
            "When the newest snapshot was made; 0 for none.",
            microseconds: UInt64(max(0, status.snapshotAt.microseconds))
        )
        if let backups = backupKeeper.withLock({ $0 })?.state {
            page.value(
                "assent_backup_lsn",
                .gauge,
                "Newest record that all directories of backups have.",
                backups.backedUpLSN.rawValue
            )
            page.seconds(
                "assent_backup_timestamp_seconds",
                .gauge,
                "When a backup was completed the last time; 0 for never.",
                microseconds: UInt64(max(0, backups.backedUpAt.microseconds))
            )
        }
        page.value("assent_archive_payments", .gauge, "Closed payments in the archive.", status.archivedPayments)
        page.value("assent_archive_size_bytes", .gauge, "Bytes of the archive.", status.archiveBytes)
        page.value(
            "assent_archive_lag_records",
            .gauge,
            "Records between the newest one and the newest that the archive has seen.",
            last - min(last, status.archiveLSN.rawValue)
        )
        page.value(
            "assent_archive_complete",
            .gauge,
            "0 while the archive is rebuilt from the journal.",
            status.archiveComplete ? 1 : 0
        )
    }
}
