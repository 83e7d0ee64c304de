import Authorization
import Domain
import Engine
import Rules
import Wire

extension Reject {
    /// What a refusal of the engine's is on the wire. `.repeated` is not one: it is looked into first.
    init(_ refusal: Refusal, templateID: UInt16) {
        let (code, detail): (RejectCode, String) =
            switch refusal {
            case .repeated(let place):
                (
                    .requestIDReused,
                    "this requestId was used with other content in record \(place.lsn); a new request needs a new id"
                )
            case .tooOld(let horizon):
                (
                    .requestTooOld,
                    "requests up to \(horizon) are no longer all remembered: the outcome is unknown, the original "
                        + "may have been executed; look the payment up, do not simply send it with a new id"
                )
            case .fromTheFuture(let now):
                (.transmissionTimeInFuture, "transmissionTime is more than 10 s after \(now); set the clock")
            case .busy: (.journalBehind, "the journal is behind; send the same request again")
            case .storageUnavailable:
                (
                    .storageUnavailable,
                    "storage is unavailable: the disk has no room for the journal; not executed, send the same "
                        + "request again when an operator has made room"
                )
            case .archiveUnavailable:
                (
                    .notReady,
                    "the archive of closed payments is being rebuilt, and what this message is about may be in it; "
                        + "not executed, send the same request again"
                )
            case .card(let error): (RejectCode(error), "\(error)")
            case .configuration(let error): (RejectCode(error), "\(error)")
            case .rule(let error): (RejectCode(error), "\(error)")
            case .principal(let error): (RejectCode(error), "\(error)")
            case .list(let error): (RejectCode(error), "\(error)")
            case .versionChanged(let current):
                (
                    .configurationChanged,
                    "the configuration is at version \(current) now; read it again and repeat the change"
                )
            case .cardLimitReached(let limit):
                (.limitReached, "there are \(limit) cards, as many as --max-cards allows")
            }
        let retryAfterMicroseconds: UInt32 =
            code == .journalBehind ? 1_000 : code == .storageUnavailable || code == .notReady ? 1_000_000 : 0
        self.init(
            code: code,
            templateID: templateID,
            retryAfterMicroseconds: retryAfterMicroseconds,
            detail: detail.wireText(maximumByteCount: WireLimits.rejectDetailByteCountMax)
        )
    }

    /// What a body that the specification refuses gets.
    init(_ error: WireError) {
        self.init(
            code: error.rejectCode,
            templateID: error.templateID,
            retryAfterMicroseconds: 0,
            detail: error.detail.wireText(maximumByteCount: WireLimits.rejectDetailByteCountMax)
        )
    }

    /// The payment that was asked for is not there.
    init(noPayment templateID: UInt16) {
        self.init(
            code: .paymentNotFound,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: "no payment has this number or request id"
        )
    }

    /// The daemon's own failure.
    init(internal error: EngineError, templateID: UInt16) {
        self.init(
            code: .internalError,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: "\(error)".wireText(maximumByteCount: WireLimits.rejectDetailByteCountMax)
        )
    }
}

extension RejectCode {
    init(_ error: CardCommandError) {
        switch error {
        case .cardExists: self = .cardExists
        case .cardUnknown: self = .cardUnknown
        case .transitionNotAllowed, .replacedAlready: self = .statusTransitionNotAllowed
        case .invalidField: self = .invalidField
        }
    }

    init(_ error: PrincipalError) {
        switch error {
        case .exists, .credentialOfAnother: self = .principalExists
        case .unknown, .revoked: self = .principalUnknown
        case .invalid: self = .invalidField
        case .tooMany: self = .limitReached
        }
    }

    init(_ error: PolicyError) {
        switch error {
        case .unknownKey: self = .settingUnknown
        case .invalidValue: self = .settingInvalid
        case .limitReached: self = .limitReached
        }
    }

    init(_ error: RuleCommandError) {
        switch error {
        case .unknownRule, .unknownVersion: self = .ruleUnknown
        case .rule(.limit), .limit: self = .limitReached
        case .rule: self = .ruleInvalid
        case .versionChanged: self = .ruleChanged
        case .transitionNotAllowed, .nothingToMove, .ambiguous: self = .ruleTransitionNotAllowed
        case .secondPersonNeeded: self = .secondPersonNeeded
        }
    }

    init(_ error: ListCommandError) {
        switch error {
        case .unknownList: self = .listUnknown
        case .exists: self = .listExists
        case .invalid, .invalidEntry: self = .listInvalid
        case .readByRule: self = .listInUse
        case .limit: self = .limitReached
        }
    }
}
