public import Authorization
public import Domain

/// A record of the journal in the domain's terms.
public enum StoredRecord: Sendable {
    /// A decision.
    case authorization(AuthorizationEvent, LogSequenceNumber)
    /// A message of a payment's life.
    case lifecycle(LifecycleEvent, LogSequenceNumber)
    /// A command on a card.
    case card(CardEvent, LogSequenceNumber)
    /// A change of the configuration.
    case configuration(ConfigurationChanged, LogSequenceNumber)
    /// A change of the rules.
    case rule(RuleChanged, LogSequenceNumber)
    /// Something that was done to a principal.
    case principal(PrincipalChanged, LogSequenceNumber)
    /// A change of a list.
    case list(ListChanged, LogSequenceNumber)

    /// Reads a record's bytes.
    init(kind rawKind: UInt16, payload: UnsafeRawBufferPointer, lsn: LogSequenceNumber) throws(EngineError) {
        guard let kind = EventKind(rawValue: rawKind) else {
            throw .unreadableRecord(lsn: lsn, kind: rawKind, detail: "unknown kind")
        }
        do throws(EventError) {
            switch kind {
            case .authorization: self = .authorization(try AuthorizationEvent(decoding: payload), lsn)
            case .lifecycle: self = .lifecycle(try LifecycleEvent(decoding: payload), lsn)
            case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced:
                self = .card(try CardEvent(decoding: payload, kind: kind), lsn)
            case .configurationChanged: self = .configuration(try ConfigurationChanged(decoding: payload), lsn)
            case .ruleAdded, .ruleMoved: self = .rule(try RuleChanged(decoding: payload, kind: kind), lsn)
            case .principalChanged: self = .principal(try PrincipalChanged(decoding: payload), lsn)
            case .listCreated, .listDeleted, .listEntriesAdded, .listEntriesRemoved:
                self = .list(try ListChanged(decoding: payload, kind: kind), lsn)
            }
        } catch {
            throw .unreadableRecord(lsn: lsn, kind: rawKind, detail: "\(error)")
        }
    }
}
