import Client
import Platform
import Wire

extension CommandFailure {
    /// What a client's error means for a command that only reads, or that has not sent its request yet.
    init(_ error: ClientError) {
        var hints = [
            error.outcomeIsUnknown ? "Nothing was changed: try again, or wait longer with --timeout." : error.advice
        ]
        if case .untrusted(let endpoint, _) = error {
            hints = ["It is neither root's nor yours. If you trust it, say so: --connect \(endpoint)"]
        }
        if case .rejected(let rejection) = error { hints = CommandFailure.hints(rejection) ?? hints }
        self.init(CommandFailure.status(error), error.description, hints: hints)
    }

    /// What a client's error means for a command that sent a request to change something.
    ///
    /// - Parameter goingOn: What to do when nobody knows whether it was done, a line each.
    init(_ error: ClientError, goingOn: [String]) {
        guard CommandFailure.mayHaveBeenDone(error) else {
            self.init(error)
            return
        }
        self.init(
            .outcomeUnknown,
            "the outcome is unknown, it may have been done: \(error)",
            hints: goingOn
        )
    }

    /// The lines that say how to repeat a request so that it is done once.
    static func goingOn(_ options: String) -> [String] {
        ["To go on, give the same command again with these added; it is never done twice:", "  \(options)"]
    }

    /// Output could not be written. A reader that went away is no error worth a word.
    init(_ error: StreamError) {
        switch error {
        case .brokenPipe: self.init(.outputFailure, "")
        case .tooLarge(let maximum): self.init(.noInput, "more than \(Figures.bytes(UInt64(maximum)))")
        case .failed(_, let text): self.init(.outputFailure, "cannot write output: \(text)")
        }
    }

    /// The same failure with one more line of advice.
    func adding(hint: String) -> CommandFailure { CommandFailure(status, message, hints: hints + [hint]) }

    /// Whether a request that was sent may have been executed. What cannot be understood counts as yes.
    static func mayHaveBeenDone(_ error: ClientError) -> Bool {
        switch error {
        case .protocolViolation: true
        case .rejected(let rejection):
            error.outcomeIsUnknown || rejection.errorClass == nil || rejection.knownCode == .tooSlow
        default: error.outcomeIsUnknown
        }
    }

    private static func status(_ error: ClientError) -> ExitStatus {
        switch error {
        case .unreachable: .unavailable
        case .denied, .untrusted, .tlsFailed: .notPermitted
        case .timedOut, .connectionLost, .goingAway, .otherInstance, .outcomeUnknown: .transient
        case .protocolViolation: .protocolFailure
        case .requestTooLong, .unencodable: .invalidData
        case .rejected(let rejection):
            switch rejection.errorClass {
            case .protocolError, nil: .protocolFailure
            case .permission: .notPermitted
            case .invalid: .invalidData
            case .transient: .transient
            case .outcomeUnknown: .outcomeUnknown
            }
        }
    }

    /// What an operator can do about a refusal, where assentctl has a command for it.
    private static func hints(_ rejection: Rejection) -> [String]? {
        switch rejection.knownCode {
        case .cardUnknown: ["List the cards with: assentctl card list"]
        case .statusTransitionNotAllowed: ["See where the card is with: assentctl card show TOKEN"]
        case .settingUnknown: ["List the keys with: assentctl config show"]
        case .paymentNotFound: ["List the payments with: assentctl payment list"]
        case .principalNotPermitted:
            ["Who may is said by assentd --admin-user and, for single scopes, by: assentctl gateway create --user"]
        case .unauthenticated, .authenticationFailed:
            ["Say who asks: --as NAME with --principal-key FILE, or --tls-certificate with --tls-key."]
        case .scopeMissing:
            ["An operator who may change principals gives scopes with: assentctl gateway change NAME --scopes ..."]
        case .notPermittedOnSocket:
            ["Connect to the daemon's administration socket: --connect unix:PATH, as given to assentd --admin."]
        case .questionTooLarge: ["For example: --card TOKEN, --amount 12.50, --text WORDS, --from 7d"]
        case .projectionOff: ["payment list, payment show and card show answer without it."]
        case .historyWouldBeLost: ["See where it begins with: assentctl projection status"]
        case .requestIDReused: ["Leave out --request-id to make a new request."]
        case .ruleUnknown, .ruleTransitionNotAllowed, .ruleChanged: ["See the rules with: assentctl rule list --all"]
        case .ruleInvalid: ["The language is in RULES.md; try a condition with: assentctl rule test"]
        case .configurationChanged: ["Look at it again with: assentctl config show"]
        default: nil
        }
    }
}
