import Client
import Platform
import Wire

extension CommandFailure {
    /// What a client's error means for a command.
    init(_ error: ClientError) {
        var hints = [error.advice]
        if case .rejected(let rejection) = error { hints = CommandFailure.hints(rejection) ?? hints }
        self.init(CommandFailure.status(error), error.description, hints: hints)
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

    private static func status(_ error: ClientError) -> ExitStatus {
        switch error {
        case .unreachable: .unavailable
        case .timedOut, .connectionLost, .goingAway, .outcomeUnknown: .transient
        case .protocolViolation: .protocolFailure
        case .requestTooLong, .unencodable: .invalidData
        case .rejected(let rejection):
            switch rejection.errorClass {
            case .protocolError, nil: .protocolFailure
            case .permission: .notPermitted
            case .invalid: .invalidData
            case .transient: .transient
            case .outcomeUnknown: .internalFailure
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
        case .notPermittedOnSocket, .principalNotPermitted:
            ["Connect to the daemon's administration socket: --connect unix:PATH, as given to assentd --admin."]
        case .requestIDReused: ["Leave out --request-id to make a new request."]
        case .configurationChanged: ["Look at it again with: assentctl config show"]
        default: nil
        }
    }
}
