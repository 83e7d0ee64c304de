import Client
import Platform
import Testing
import Wire

@testable import assentctl

@Suite struct ExitStatusTests {
    private static let endpoint = Endpoint.unix(path: "/s")

    @Test(arguments: RejectCode.allCases)
    func everyRefusalHasTheStatusOfItsClass(code: RejectCode) {
        let expected: assentctl.ExitStatus =
            switch code.rawValue / 100 {
            case 1: .protocolFailure
            case 2: .notPermitted
            case 3: .invalidData
            case 4: .transient
            default: .outcomeUnknown
            }
        let failure = CommandFailure(ClientError.rejected(Rejection(code: code.rawValue, detail: "why")))
        #expect(failure.status == expected)
        #expect(failure.message.contains("why") && failure.message.contains("\(code.rawValue)"))
        #expect(!failure.hints.isEmpty, "an operator is told what to do")
    }

    @Test(arguments: [
        (ClientError.unreachable(endpoint, reason: "no"), assentctl.ExitStatus.unavailable),
        (.timedOut(endpoint, milliseconds: 5), .transient), (.connectionLost(endpoint, reason: "gone"), .transient),
        (.goingAway(endpoint, graceMilliseconds: 5), .transient),
        (.outcomeUnknown(attempts: 3, last: .unreachable(endpoint, reason: "no")), .transient),
        (.protocolViolation(endpoint, detail: "?"), .protocolFailure),
        (.requestTooLong(byteCount: 9, byteCountMax: 5), .invalidData), (.unencodable(detail: "?"), .invalidData),
        (.rejected(Rejection(code: 999)), .protocolFailure),
    ])
    func everyOtherErrorHasItsStatus(error: ClientError, expected: assentctl.ExitStatus) {
        #expect(CommandFailure(error).status == expected)
    }

    @Test(arguments: [
        ClientError.timedOut(endpoint, milliseconds: 5), .connectionLost(endpoint, reason: "gone"),
        .outcomeUnknown(attempts: 3, last: .unreachable(endpoint, reason: "no")),
        .protocolViolation(endpoint, detail: "?"), .rejected(Rejection(code: 501)), .rejected(Rejection(code: 502)),
        .rejected(Rejection(code: 999)),
    ])
    func aChangeWithoutAnAnswerSaysHowToGoOn(error: ClientError) {
        let failure = CommandFailure(error, goingOn: CommandFailure.goingOn("--request-id 1 --token 2"))
        #expect(failure.status == .outcomeUnknown && failure.status.rawValue == 70)
        #expect(failure.hints.last == "  --request-id 1 --token 2")
        #expect(failure.message.hasPrefix("the outcome is unknown"))
    }

    @Test(arguments: [
        ClientError.unreachable(endpoint, reason: "no"), .goingAway(endpoint, graceMilliseconds: 5),
        .rejected(Rejection(code: 401)), .rejected(Rejection(code: 403)), .rejected(Rejection(code: 320)),
    ])
    func aChangeThatWasNotDoneIsNoUnknownOutcome(error: ClientError) {
        let failure = CommandFailure(error, goingOn: ["never shown"])
        #expect(failure == CommandFailure(error))
        #expect(failure.status != .outcomeUnknown)
    }

    @Test(arguments: [
        ClientError.timedOut(endpoint, milliseconds: 5), .connectionLost(endpoint, reason: "gone"),
        .outcomeUnknown(attempts: 3, last: .unreachable(endpoint, reason: "no")), .rejected(Rejection(code: 501)),
    ])
    func whatOnlyReadsIsNotToldOfRequestIDs(error: ClientError) {
        #expect(!CommandFailure(error).hints.joined().contains("request id"))
        #expect(CommandFailure(error).hints.joined().contains("Nothing was changed"))
    }

    @Test func aReaderThatLeftIsNotTalkedAbout() {
        #expect(CommandFailure(StreamError.brokenPipe).message.isEmpty)
        #expect(CommandFailure(StreamError.failed(code: 28, text: "full")).message.contains("full"))
    }

    @Test func failuresAreShownWithoutWhatCouldSteerATerminal() {
        let failure = CommandFailure(.usage, "bad \u{1B}[2J", hints: ["do this"])
        #expect(failure.rendered(colors: false) == "Error: bad \\x1b[2J\n  do this")
    }
}
