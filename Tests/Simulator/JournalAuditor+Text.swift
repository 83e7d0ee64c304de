import Authorization
import Domain

extension JournalAuditor.Record {
    /// One line, for whoever looks into a failing seed.
    var text: String {
        guard let kind = EventKind(rawValue: kind) else { return "\(lsn) of the unknown kind \(self.kind)" }
        let detail: String? = payload.withUnsafeBytes { payload in
            switch kind {
            case .authorization:
                return (try? AuthorizationEvent(decoding: payload)).map { event in
                    let request = event.request
                    return "\(request.kind) \(request.requestID) of \(request.amount) \(request.lifecycleID): "
                        + "\(event.decision.outcome) \(event.decision.reason) \(event.decision.approvedAmount), joins "
                        + "\(event.observation.awaiting?.id ?? 0)"
                }
            case .lifecycle:
                return (try? LifecycleEvent(decoding: payload)).map { event in
                    let reference = event.request.reference
                    return "\(event.request.kind) \(event.request.requestID) of "
                        + "\(event.request.amount.map { "\($0)" } ?? "all") "
                        + "by id \(reference.paymentID?.rawValue ?? 0) "
                        + "request \(reference.originalRequestID.map { "\($0)" } ?? "none") "
                        + "lifecycle \(reference.lifecycleID) trace \(reference.stan) "
                        + "retrieval \(reference.retrievalReference) \(reference.approvalCode): \(event.outcome) "
                        + "\(event.reason), found \(event.before?.id ?? 0) by \(event.match)"
                }
            case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced, .configurationChanged, .ruleAdded,
                .ruleMoved, .principalChanged, .listCreated, .listDeleted, .listEntriesAdded, .listEntriesRemoved:
                return nil
            }
        }
        return "\(lsn) at \(Instant(microseconds: time)) \(kind) \(detail ?? "")"
    }
}
