import Authorization
import Domain
import Engine
import Platform
import Transport
import Wire

// What happens to a payment after, before or instead of its authorization.

extension DecisionService {
    /// Handles a message of a payment's life.
    ///
    /// - Returns: whether the template is one.
    func settle(
        _ frame: borrowing RequestFrame,
        _ session: borrowing SessionInfo,
        _ replies: inout ReplySink
    ) throws(WireError) -> Bool {
        let version = session.schemaVersion
        switch frame.header.templateID {
        case Increment.templateID: try settle(Increment.self, frame, version, &replies)
        case RefundAuthorize.templateID: try settle(RefundAuthorize.self, frame, version, &replies)
        case Advice.templateID: try settle(Advice.self, frame, version, &replies)
        case Completion.templateID: try settle(Completion.self, frame, version, &replies)
        case Clearing.templateID: try settle(Clearing.self, frame, version, &replies)
        case RefundClearing.templateID: try settle(RefundClearing.self, frame, version, &replies)
        case ClearingReversal.templateID: try settle(ClearingReversal.self, frame, version, &replies)
        case Reverse.templateID: try settle(Reverse.self, frame, version, &replies)
        case ReversalAdvice.templateID: try settle(ReversalAdvice.self, frame, version, &replies)
        case Chargeback.templateID: try settle(Chargeback.self, frame, version, &replies)
        case Representment.templateID: try settle(Representment.self, frame, version, &replies)
        case FraudReport.templateID: try settle(FraudReport.self, frame, version, &replies)
        default: return false
        }
        return true
    }

    private func settle<Message: LifecycleMessage>(
        _ type: Message.Type,
        _ frame: borrowing RequestFrame,
        _ version: UInt16,
        _ replies: inout ReplySink
    ) throws(WireError) {
        let request = try LifecycleRequest(type, decoding: frame.body, header: frame.header)
        let correlationID = frame.header.correlationID
        let receivedAt = frame.receivedAt
        let settlement = engine.settleFromMemory(request, receivedAt: receivedAt) { event, lsn in
            statistics.decided(lsn, receivedAt: receivedAt)
            let answer = PaymentAnswer(event, lsn: lsn, version: version)
            replies.whenDurable(lsn: lsn.rawValue, byteCount: PaymentAnswer.frameByteCount) { target in
                answer.encodeReply(to: Message.kind, into: target, correlationID: correlationID)
            }
        }
        switch settlement {
        case .settled: break
        case .needsRecall:
            later(frame, &replies) { service, reply in
                service.settle(request, Message.templateID, receivedAt, version, correlationID, reply)
            }
        case .refused(.repeated(let place)):
            later(frame, &replies) { service, reply in
                service.answerRepeat(of: request, Message.templateID, at: place, version, correlationID, reply)
            }
        case .refused(let refusal): reject(Reject(refusal, templateID: Message.templateID), frame, &replies)
        }
    }

    /// The same on a worker thread, for a message about a payment that may have left memory.
    private func settle(
        _ request: LifecycleRequest,
        _ templateID: UInt16,
        _ receivedAt: Instant,
        _ version: UInt16,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        CoverageMark.reach("service: a payment was looked for outside of memory")
        let refusal = engine.settle(request, receivedAt: receivedAt) { event, lsn in
            statistics.decided(lsn, receivedAt: receivedAt)
            let answer = PaymentAnswer(event, lsn: lsn, version: version)
            reply.send(bytes: answer.encodedReply(to: request.kind, correlationID), whenDurable: lsn.rawValue)
        }
        guard let refusal else { return }
        if case .repeated(let place) = refusal {
            answerRepeat(of: request, templateID, at: place, version, correlationID, reply)
        } else {
            refuse(Reject(refusal, templateID: templateID), correlationID, reply)
        }
    }

    private func answerRepeat(
        of request: LifecycleRequest,
        _ templateID: UInt16,
        at place: RecordPlace,
        _ version: UInt16,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        answerRepeat(at: place, templateID, correlationID, reply) { record in
            guard case .lifecycle(let event, let lsn) = record, event.request == request else { return nil }
            CoverageMark.reach("service: a repeat of a payment's event was answered from the journal")
            let answer = PaymentAnswer(event, lsn: lsn, version: version)
            return { reply.send(bytes: answer.encodedReply(to: request.kind, correlationID)) }
        }
    }
}
