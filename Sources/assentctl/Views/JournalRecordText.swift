import Authorization
import Domain
import Journal
import Rules

/// A record of the journal in words.
enum JournalRecordText {
    /// Whether this version can read a record.
    static func verdict(_ view: JournalRecordView) -> ReplayVerdict {
        do throws(EventError) {
            _ = try text(view)
            return .applied
        } catch {
            return .refused("kind \(view.kind): \(error)")
        }
    }

    /// The name of a record's kind.
    static func kind(_ view: JournalRecordView) -> String {
        EventKind(rawValue: view.kind).map { "\($0)" } ?? "kind \(view.kind)"
    }

    /// What a record says, or why it cannot be read.
    static func line(_ view: JournalRecordView) -> String {
        do throws(EventError) { return try text(view) } catch { return "cannot be read: \(error)" }
    }

    /// What a record says, in one line.
    static func text(_ view: JournalRecordView) throws(EventError) -> String {
        guard let kind = EventKind(rawValue: view.kind) else {
            throw .invalidField("kind \(view.kind), which this version does not know")
        }
        if kind == .authorization { return text(try AuthorizationEvent(decoding: view.payload)) }
        if kind == .lifecycle {
            let event = try LifecycleEvent(decoding: view.payload)
            return "\(event.request.kind) \(event.outcome) (\(event.reason)), found by \(event.match), held "
                + "\(event.heldChange), posted \(event.postedChange), card \(event.request.cardToken), request "
                + "\(event.request.requestID)"
        }
        if kind == .configurationChanged {
            let event = try ConfigurationChanged(decoding: view.payload)
            return "\(event.key) = \(event.value.prefix(60))\(event.value.count > 60 ? "..." : ""), request "
                + "\(event.requestID)"
        }
        if kind == .ruleAdded || kind == .ruleMoved {
            let event = try RuleChanged(decoding: view.payload, kind: kind)
            return "rule \(event.name) version \(event.reference.version), \(event.stateText), request "
                + "\(event.requestID)"
        }
        if kind == .principalChanged {
            let event = try PrincipalChanged(decoding: view.payload)
            return "principal \(event.name) \(event.action.words), request \(event.requestID)"
        }
        if [.listCreated, .listDeleted, .listEntriesAdded, .listEntriesRemoved].contains(kind) {
            let event = try ListChanged(decoding: view.payload, kind: kind)
            return "list \(event.name), \(event.summary), request \(event.requestID)"
        }
        if [.cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced].contains(kind) {
            let event = try CardEvent(decoding: view.payload, kind: kind)
            return "\(text(event)), card \(event.token), request \(event.requestID)"
        }
        return "\(view.payload.count) bytes"
    }

    private static func text(_ event: AuthorizationEvent) -> String {
        let request = event.request
        let currency = request.currency.map { "\($0)" } ?? "in the card's currency"
        return "\(request.kind) \(event.decision.outcome) (\(event.decision.reason)), asked \(request.amount), "
            + "held \(event.decision.approvedAmount) \(currency), card \(request.cardToken), request "
            + "\(request.requestID)"
    }

    private static func text(_ event: CardEvent) -> String {
        switch event {
        case .created(let created): "limit \(created.limit) \(created.currency), \(created.status)"
        case .statusChanged(let changed): "\(changed.previous) to \(changed.status)"
        case .limitsChanged(let changed): "limit \(changed.limit)"
        case .replaced(let replaced): "replaced by card \(replaced.newToken) (\(replaced.reason))"
        }
    }

    /// Bytes as sixteen pairs of hexadecimal digits a line.
    static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        stride(from: 0, to: bytes.count, by: 16).map { start in
            let line = bytes[start..<min(start + 16, bytes.count)].map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }
            return "      " + line.joined(separator: " ")
        }.joined(separator: "\n")
    }
}

extension ListChanged {
    /// `2 added, 1 changed: M0001, M0002`.
    var summary: String {
        func some(_ values: [String]) -> String {
            values.prefix(3).joined(separator: ", ") + (values.count > 3 ? ", …" : "")
        }
        switch change {
        case .created(let text): return "made, of \(text.kind), \(text.match)"
        case .deleted(let entries): return "deleted with \(entries) entries"
        case .added(let items, let counts):
            return "\(counts.added) added, \(counts.replaced) changed: \(some(items.map(\.value)))"
        case .removed(let values, let counts): return "\(counts.removed) removed: \(some(values))"
        }
    }
}

extension RuleChanged {
    /// `draft to shadow`, or `added as draft`.
    var stateText: String {
        switch change {
        case .added(let text): "added as \(text.state.name)"
        case .moved(let from, let to): "\(from.name) to \(to.name)"
        }
    }
}
