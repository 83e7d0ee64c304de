import Authorization
public import Domain
public import Engine
import Journal
public import Platform
public import Projection
public import Transport
import Wire

/// Answers every request of the protocol with the engine: decisions on the event loop that read them, everything that
/// may wait for a disk or take a while on worker threads.
public final class DecisionService: RequestHandler {
    let engine: Engine
    /// `nil`: there is none.
    let projection: Projection?
    let workers: WorkerPool
    /// For questions that may take seconds, so that no repeat waits for them.
    let inquiries: WorkerPool
    /// Signs receipts: neither payments nor operators' questions wait for that.
    let receipts: WorkerPool
    let statistics: ServiceStatistics
    let daemonVersion: String
    let snapshotMaker = Locked<Callback<SnapshotMaker>?>(nil)
    let backupKeeper = Locked<(any BackupKeeper)?>(nil)
    let receiptSigner = Locked<(any ReceiptSigner)?>(nil)
    let principalListener = Locked<Callback<@Sendable ([KnownPrincipal], _ closing: Set<UInt64>) -> Void>?>(nil)

    /// Repeats and lists that may wait.
    private static let workerJobCountMax = 8_192
    /// Questions that may wait: more would wait for too long.
    private static let inquiryCountMax = 32
    /// Receipts that may wait; whoever asks for them is in no hurry.
    private static let receiptCountMax = 1_024

    /// - Parameters:
    ///   - projection: answers searches and questions about the ledger; `nil`: they are refused.
    ///   - daemonVersion: shown by Status.
    ///   - startedAt: the wall clock at the start.
    /// - Throws: when the kernel gives no threads.
    public convenience init(
        engine: Engine,
        projection: Projection? = nil,
        daemonVersion: String,
        startedAt: Instant
    ) throws(PlatformError) {
        self.init(
            engine,
            projection,
            daemonVersion,
            startedAt,
            workers: try WorkerPool("worker", jobCountMax: Self.workerJobCountMax),
            inquiries: try WorkerPool("inquiry", jobCountMax: Self.inquiryCountMax),
            receipts: try WorkerPool("receipt", jobCountMax: Self.receiptCountMax)
        )
    }

    /// A service without threads, for simulations: what they would do waits for `runOneJob()`.
    package convenience init(stepping engine: Engine, startedAt: Instant) throws(PlatformError) {
        let workers = try WorkerPool("", jobCountMax: Self.workerJobCountMax, isStepped: true)
        self.init(engine, nil, "", startedAt, workers: workers, inquiries: workers, receipts: workers)
    }

    private init(
        _ engine: Engine,
        _ projection: Projection?,
        _ daemonVersion: String,
        _ startedAt: Instant,
        workers: WorkerPool,
        inquiries: WorkerPool,
        receipts: WorkerPool
    ) {
        self.engine = engine
        self.projection = projection
        self.daemonVersion = daemonVersion
        self.workers = workers
        self.inquiries = inquiries
        self.receipts = receipts
        statistics = ServiceStatistics(startedAt: startedAt)
    }

    /// Does what a worker thread would do next, on the calling thread; false when there is nothing.
    package func runOneJob() -> Bool { workers.runOne() }

    /// Forgets what worker threads would have done, as the kernel does with a process that has ended: what waits holds
    /// this service, which holds it.
    package func abandonJobs() { workers.drop() }

    /// To be called on the journal's thread after each group commit.
    public func durableAdvanced(to lsn: LogSequenceNumber) {
        statistics.durableAdvanced(to: lsn, decisionCount: { self.engine.counts.total })
    }

    /// Where Status gets the transport's figures from; set once, before the server starts.
    public func reportTransport(_ counters: @escaping @Sendable () -> ServerCounters) {
        statistics.setTransport(counters)
    }

    /// Finishes what the worker threads have to do, and ends them; questions that have not begun are refused. Call it
    /// when no more requests come.
    public func stop() {
        workers.stop()
        inquiries.stop()
        receipts.stop()
    }

    /// Handles one request frame.
    public func handle(_ frame: borrowing RequestFrame, on session: borrowing SessionInfo, replies: inout ReplySink) {
        do throws(WireError) {
            switch frame.header.templateID {
            case Authorize.templateID:
                let view = try Authorize.View(frame.body, header: frame.header)
                var event = AuthorizationEvent(asking: AuthorizationRequest(view))
                decide(&event, frame, session.schemaVersion, &replies)
            case VerifyAccount.templateID:
                let view = try VerifyAccount.View(frame.body, header: frame.header)
                var event = AuthorizationEvent(asking: AuthorizationRequest(view))
                decide(&event, frame, session.schemaVersion, &replies)
            case BalanceInquiry.templateID:
                let view = try BalanceInquiry.View(frame.body, header: frame.header)
                var event = AuthorizationEvent(asking: AuthorizationRequest(view))
                decide(&event, frame, session.schemaVersion, &replies)
            case QueryByRequestID.templateID:
                let message = try QueryByRequestID(decoding: frame.body, header: frame.header)
                query(message, frame, session.schemaVersion, &replies)
            case Financial.templateID:
                let view = try Financial.View(frame.body, header: frame.header)
                var event = AuthorizationEvent(asking: AuthorizationRequest(view))
                decide(&event, frame, session.schemaVersion, &replies)
            case ReceiptGet.templateID:
                let message = try ReceiptGet(decoding: frame.body, header: frame.header)
                receipt(message, frame, &replies)
            default:
                if try !settle(frame, session, &replies) { try administer(frame, session, &replies) }
            }
        } catch {
            reject(Reject(error), frame, &replies)
        }
    }

    /// Looks at one more request, and fetches ahead what it and those before it will need.
    @inline(__always)
    public func foresee(_ bytes: UnsafeRawBufferPointer, _ foresight: inout Foresight) {
        let preview = Preview(bytes, at: foresight.offset)
        foresight.offset += preview?.frameByteCount ?? 0
        foresight.notes = engine.foresee(foresight.notes, preview?.payment)
    }

    /// Bucket, record, history and entry.
    public var foresightCount: Int { 4 }

    /// The state of health; reads a few atomics.
    public func health() -> HealthState {
        HealthState(
            isReady: !engine.isOutOfSpace,
            durableLSN: engine.journal.durableLSN,
            lastLSN: engine.journal.lastLSN,
            journalLagByteCount: UInt64(engine.journal.backlogByteCount)
        )
    }
}

// MARK: - Payments

extension DecisionService {
    private func decide(
        _ event: inout AuthorizationEvent,
        _ frame: borrowing RequestFrame,
        _ version: UInt16,
        _ replies: inout ReplySink
    ) {
        let correlationID = frame.header.correlationID
        let lsn: LogSequenceNumber
        do throws(Refusal) {
            lsn = try engine.authorize(&event, receivedAt: frame.receivedAt)
        } catch {
            guard case .repeated(let place) = error else {
                return reject(Reject(error, templateID: frame.header.templateID), frame, &replies)
            }
            let request = event.request
            return later(frame, &replies) { service, reply in
                service.answerRepeat(of: request, at: place, version, correlationID, reply)
            }
        }
        statistics.decided(lsn, receivedAt: frame.receivedAt)
        let kind = event.request.kind
        guard kind != .financial else {
            let answer = PaymentAnswer(event, lsn: lsn, version: version)
            replies.whenDurable(lsn: lsn.rawValue, byteCount: FinancialReply.frameByteCount) { target in
                answer.encodeFinancialReply(into: target, correlationID: correlationID)
            }
            return
        }
        let decision = DecisionBlock(&event, lsn: lsn).told(in: version)
        // The other replies have the same layout, so the same length.
        replies.whenDurable(lsn: lsn.rawValue, byteCount: AuthorizeReply.frameByteCount) { target in
            decision.encodeReply(to: kind, into: target, correlationID: correlationID)
        }
    }

    private func answerRepeat(
        of request: AuthorizationRequest,
        at place: RecordPlace,
        _ version: UInt16,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        answerRepeat(at: place, request.kind.templateID, correlationID, reply) { record in
            guard case .authorization(let event, let lsn) = record, event.request == request else { return nil }
            CoverageMark.reach("service: a repeat was answered from the journal")
            if request.kind == .financial {
                let answer = PaymentAnswer(event, lsn: lsn, version: version)
                return { reply.send(FinancialReply(decision: answer.decision, payment: answer.payment), correlationID) }
            }
            let decision = DecisionBlock(event, lsn: lsn).told(in: version)
            return { reply.send(bytes: decision.encodedReply(to: request.kind, correlationID)) }
        }
    }

    /// Answers what has been executed before, from its record. `answer` says how, and has `nil` for a record of
    /// something else under the same request id, which is refused.
    func answerRepeat(
        at place: RecordPlace,
        _ templateID: UInt16,
        _ correlationID: UInt64,
        _ reply: ReplyHandle,
        as answer: (StoredRecord) -> (() -> Void)?
    ) {
        do throws(EngineError) {
            guard let answer = answer(try engine.storedRecord(at: place)) else {
                CoverageMark.reach("service: an id with other content was refused")
                return refuse(Reject(.repeated(place), templateID: templateID), correlationID, reply)
            }
            statistics.repeated()
            answer()
        } catch {
            // What was asked for then is not known, so nobody may be told that it was something else.
            CoverageMark.reach("service: a stored answer could not be read")
            refuse(Reject(internal: error, templateID: templateID), correlationID, reply)
        }
    }

    /// Refuses what was given to a worker thread, and counts it.
    func refuse(_ reject: Reject, _ correlationID: UInt64, _ reply: ReplyHandle) {
        statistics.refused(reject.code)
        reply.send(reject, correlationID)
    }

    private func query(
        _ query: QueryByRequestID,
        _ frame: borrowing RequestFrame,
        _ version: UInt16,
        _ replies: inout ReplySink
    ) {
        let correlationID = frame.header.correlationID
        switch engine.fate(of: query.requestID, transmissionTime: query.transmissionTime) {
        case .unknown: answer(QueryByRequestIDReply(lsn: .zero, found: .unknown, eventKind: .unknown), frame, &replies)
        case .tooOld:
            CoverageMark.reach("service: an id was asked for beyond the remembered window")
            answer(QueryByRequestIDReply(lsn: .zero, found: .tooOld, eventKind: .unknown), frame, &replies)
        case .remembered(let place):
            later(frame, &replies) { service, reply in
                do throws(EngineError) {
                    let found =
                        switch try service.engine.storedRecord(at: place) {
                        case .authorization(let event, let lsn):
                            QueryByRequestIDReply(
                                lsn: lsn,
                                found: .decided,
                                kind: event.request.kind,
                                decision: DecisionBlock(event, lsn: lsn),
                                payment: event.request.kind == .financial ? PaymentBlock(event, lsn: lsn) : nil,
                                eventKind: PaymentEventKind(event.request.kind)
                            )
                        case .lifecycle(let event, let lsn):
                            QueryByRequestIDReply(
                                lsn: lsn,
                                found: .decided,
                                decision: DecisionBlock(event, lsn: lsn),
                                payment: PaymentBlock(event, lsn: lsn),
                                eventKind: PaymentEventKind(event.request.kind)
                            )
                        case .card(_, let lsn), .configuration(_, let lsn), .rule(_, let lsn), .principal(_, let lsn),
                            .list(_, let lsn):
                            QueryByRequestIDReply(lsn: lsn, found: .administrative, eventKind: .unknown)
                        }
                    reply.send(found.told(in: version), correlationID)
                } catch {
                    reply.send(Reject(internal: error, templateID: QueryByRequestID.templateID), correlationID)
                }
            }
        }
    }
}

// MARK: - Answering

extension DecisionService {
    /// Answers now, without waiting for the journal.
    func answer(_ message: some WireMessage, _ frame: borrowing RequestFrame, _ replies: inout ReplySink) {
        let correlationID = frame.header.correlationID
        replies.now(byteCount: message.frameByteCount) { message.encodeFrame(into: $0, correlationID: correlationID) }
    }

    /// Refuses now.
    func reject(_ reject: Reject, _ frame: borrowing RequestFrame, _ replies: inout ReplySink) {
        statistics.refused(reject.code)
        answer(reject, frame, &replies)
    }

    /// What worker threads answer; each kind has threads of its own.
    enum LaterWork {
        /// Queries and repeats.
        case repeats
        /// Questions that may take seconds.
        case inquiry
        /// Receipts.
        case receipt
    }

    /// Answers from a worker thread; when their queue is full, refuses.
    func later(
        _ frame: borrowing RequestFrame,
        _ replies: inout ReplySink,
        as kind: LaterWork = .repeats,
        _ work: @escaping @Sendable (DecisionService, ReplyHandle) -> Void
    ) {
        let (pool, retryAfterMicroseconds, name): (WorkerPool, UInt32, String) =
            switch kind {
            case .repeats: (workers, 10_000, "queries and repeats")
            case .inquiry: (inquiries, 1_000_000, "questions")
            case .receipt: (receipts, 1_000_000, "requests for receipts")
            }
        guard pool.hasRoom else {
            CoverageMark.reach("service: too many jobs waited")
            reject(
                Reject(
                    code: .busy,
                    templateID: frame.header.templateID,
                    retryAfterMicroseconds: retryAfterMicroseconds,
                    detail: "too many \(name) are waiting; send the same request again"
                ),
                frame,
                &replies
            )
            return
        }
        let reply = replies.later()
        pool.submit { work(self, reply) }
    }
}

extension ReplyHandle {
    /// Sends a message, when a record is durable.
    func send(_ message: some WireMessage, _ correlationID: UInt64, whenDurable lsn: LogSequenceNumber = .zero) {
        send(bytes: message.encodedFrame(correlationID: correlationID), whenDurable: lsn.rawValue)
    }
}

extension DecisionBlock {
    /// The reply that the kind of request gets, as a frame.
    func encodeReply(to kind: RequestKind, into target: UnsafeMutableRawBufferPointer, correlationID: UInt64) {
        switch kind {
        case .authorization: AuthorizeReply(decision: self).encodeFrame(into: target, correlationID: correlationID)
        case .accountVerification:
            VerifyAccountReply(decision: self).encodeFrame(into: target, correlationID: correlationID)
        case .balanceInquiry:
            BalanceInquiryReply(decision: self).encodeFrame(into: target, correlationID: correlationID)
        case .financial: preconditionFailure("the reply to Financial has a payment beside the decision")
        }
    }

    /// The same in bytes of its own.
    func encodedReply(to kind: RequestKind, _ correlationID: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: AuthorizeReply.frameByteCount) { buffer, count in
            encodeReply(to: kind, into: UnsafeMutableRawBufferPointer(buffer), correlationID: correlationID)
            count = AuthorizeReply.frameByteCount
        }
    }
}

extension RequestKind {
    /// The template that asks for it.
    var templateID: UInt16 {
        switch self {
        case .authorization: Authorize.templateID
        case .financial: Financial.templateID
        case .accountVerification: VerifyAccount.templateID
        case .balanceInquiry: BalanceInquiry.templateID
        }
    }
}
