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
            default: .internalFailure
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

    @Test func aReaderThatLeftIsNotTalkedAbout() {
        #expect(CommandFailure(StreamError.brokenPipe).message.isEmpty)
        #expect(CommandFailure(StreamError.failed(code: 28, text: "full")).message.contains("full"))
    }

    @Test func failuresAreShownWithoutWhatCouldSteerATerminal() {
        let failure = CommandFailure(.usage, "bad \u{1B}[2J", hints: ["do this"])
        #expect(failure.rendered(colors: false) == "Error: bad \\x1b[2J\n  do this")
    }
}
