import Authorization
import Domain
import Journal
import Rules

/// Who did what to what, as the audit log of people tells it.
struct AuditRecordText {
    /// One line of it.
    struct Line {
        let lsn: UInt64
        let time: String
        /// A Unix user; `unrecorded` for payments.
        let actor: String
        let what: String
        /// A card's token or a setting's key.
        let object: String
        let before: String
        let after: String
        let why: String
    }

    /// The actor of a payment's record: it does not say who sent the message, a gateway or a user of the admin socket.
    private static let unrecorded = "not recorded"

    /// By key, what was set last.
    private var settings: [String: String] = [:]
    /// By card, what its limits were set to last.
    private var limits: [CardToken: String] = [:]

    /// By principal, what was done last.
    private var principals: [String: String] = [:]

    /// The line of a record; nil for one of a payment, unless those are wanted.
    ///
    /// Records must come in order from the first, so that it is known what was before.
    mutating func line(_ view: JournalRecordView, withPayments: Bool) throws(EventError) -> Line? {
        guard let kind = EventKind(rawValue: view.kind) else {
            return Line(view, "unknown", "kind \(view.kind)", "", "", "\(view.payload.count) bytes", "")
        }
        switch kind {
        case .authorization:
            return withPayments ? Self.line(view, try AuthorizationEvent(decoding: view.payload)) : nil
        case .lifecycle: return withPayments ? Self.line(view, try LifecycleEvent(decoding: view.payload)) : nil
        case .configurationChanged:
            let event = try ConfigurationChanged(decoding: view.payload)
            let before = settings.updateValue(event.value, forKey: event.key)
            return Line(view, "user \(event.actor)", "setting set", event.key, before ?? "default", event.value, "")
        case .ruleAdded, .ruleMoved: return Self.line(view, try RuleChanged(decoding: view.payload, kind: kind))
        case .principalChanged:
            let event = try PrincipalChanged(decoding: view.payload)
            return Line(
                view,
                "user \(event.actor)",
                "principal \(event.action.words)",
                event.name,
                principals.updateValue(event.action.details, forKey: event.name) ?? "",
                event.action.details,
                ""
            )
        case .listCreated, .listDeleted, .listEntriesAdded, .listEntriesRemoved:
            let event = try ListChanged(decoding: view.payload, kind: kind)
            return Line(view, "user \(event.actor)", "list changed", event.name, "", event.summary, event.reason)
        case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced:
            return line(view, try CardEvent(decoding: view.payload, kind: kind))
        }
    }

    private static func line(_ view: JournalRecordView, _ event: RuleChanged) -> Line {
        let object = "\(event.name) version \(event.reference.version)"
        switch event.change {
        case .added(let text):
            let what = "\(text.state.name), \(text.outcome.text): \(text.condition)"
            return Line(view, "user \(event.actor)", "rule added", object, "", what, text.note)
        case .moved(let from, let to):
            return Line(view, "user \(event.actor)", "rule moved", object, from.name, to.name, "")
        }
    }

    private mutating func line(_ view: JournalRecordView, _ event: CardEvent) -> Line {
        let (what, before, after, why): (String, String, String, String)
        switch event {
        case .created(let created):
            let limit = Self.limits(created.limit, created.transactionLimit, created.profile)
            limits[created.token] = limit
            (what, before, after, why) = ("card created", "", "\(created.status), \(created.currency), \(limit)", "")
        case .statusChanged(let changed):
            (what, before, after, why) = ("card status set", "\(changed.previous)", "\(changed.status)", "")
        case .limitsChanged(let changed):
            let limit = Self.limits(changed.limit, changed.transactionLimit, changed.profile)
            let previous = limits.updateValue(limit, forKey: changed.token)
            (what, before, after, why) = ("card limits set", previous ?? "", limit, "")
        case .replaced(let replaced):
            (what, before, after, why) =
                (
                    "card replaced", "\(replaced.previous)", "\(replaced.status), by \(replaced.newToken)",
                    "\(replaced.reason)"
                )
        }
        return Line(view, "user \(event.actor)", what, "\(event.token)", before, after, why)
    }

    private static func limits(_ limit: Int64, _ transactionLimit: Int64?, _ profile: Text16) -> String {
        let most = transactionLimit.map { ", \($0) per payment" } ?? ""
        return "limit \(limit)\(most)" + (profile == Text16() ? "" : ", profile \(profile)")
    }

    private static func line(_ view: JournalRecordView, _ event: AuthorizationEvent) -> Line {
        let balances = event.observation.found ? "available \(event.observation.balances.available)" : ""
        let currency = event.request.currency.map { " \($0)" } ?? ""
        return Line(
            view,
            unrecorded,
            "\(event.request.kind) of \(event.request.amount)\(currency)",
            "\(event.request.cardToken)",
            balances,
            "\(event.decision.outcome) \(event.decision.approvedAmount)",
            "\(event.decision.reason)"
        )
    }

    private static func line(_ view: JournalRecordView, _ event: LifecycleEvent) -> Line {
        Line(
            view,
            unrecorded,
            "\(event.request.kind)" + (event.request.amount.map { " of \($0)" } ?? ""),
            "\(event.request.cardToken)",
            event.decision.before.map { "held \($0.hold), posted \($0.posted)" } ?? "",
            event.decision.payment.map { "held \($0.hold), posted \($0.posted)" } ?? "\(event.outcome)",
            "\(event.reason)"
        )
    }

    /// A record's time.
    static func time(_ microseconds: Int64) -> String { "\(Instant(microseconds: microseconds))" }
}

extension AuditRecordText.Line {
    init(
        _ view: JournalRecordView,
        _ actor: String,
        _ what: String,
        _ object: String,
        _ before: String,
        _ after: String,
        _ why: String
    ) {
        self.init(
            lsn: view.lsn,
            time: AuditRecordText.time(view.time),
            actor: actor,
            what: what,
            object: object,
            before: before,
            after: after,
            why: why
        )
    }
}
