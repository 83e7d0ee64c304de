import Testing
import Wire

@testable import Transport

private typealias Machine = ConnectionStateMachine

/// Milliseconds on the test's clock.
private func at(_ milliseconds: Int64) -> MonotonicInstant { MonotonicInstant(microseconds: milliseconds * 1_000) }

private func facts(
    _ kind: Machine.FrameKind,
    id: UInt64 = 1,
    deadline: UInt32 = 0,
    receivedAt: Int64 = 0
) -> Machine.FrameFacts {
    Machine.FrameFacts(
        kind: kind,
        correlationID: id,
        deadlineMicroseconds: deadline,
        receivedAt: at(receivedAt)
    )
}

private func machine(_ limits: TransportLimits = TransportLimits(), in phase: Machine.Phase) -> Machine {
    var made = Machine(limits: limits, frameByteCountMax: limits.gatewayFrameByteCountMax, now: at(0))
    switch phase {
    case .awaitingHello: break
    case .authenticating: made.helloAccepted(wantedCredit: 0, isKnown: false, now: at(0))
    case .open: made.helloAccepted(wantedCredit: 0, now: at(0))
    case .draining:
        made.helloAccepted(wantedCredit: 0, now: at(0))
        _ = made.drain(now: at(0))
    case .closing: made.refusalCloses(now: at(0))
    case .lingering:
        made.refusalCloses(now: at(0))
        made.outputClosed(now: at(0))
    case .closed: made.closed(now: at(0))
    }
    return made
}

@Suite struct ConnectionStateMachineTests {
    /// Every phase against every kind of frame: what is answered, and where it leaves the connection.
    @Test(arguments: [
        (Machine.Phase.awaitingHello, Machine.FrameKind.hello, Machine.FrameVerdict.greet, Machine.Phase.awaitingHello),
        (.awaitingHello, .ping, .refuseAndClose(.helloExpected), .closing),
        (.awaitingHello, .pong, .refuseAndClose(.helloExpected), .closing),
        (.awaitingHello, .health, .refuseAndClose(.helloExpected), .closing),
        (.awaitingHello, .authenticate, .refuseAndClose(.helloExpected), .closing),
        (.awaitingHello, .request, .refuseAndClose(.helloExpected), .closing),
        (.authenticating, .hello, .refuseAndClose(.secondHello), .closing),
        (.authenticating, .ping, .answerPing, .authenticating),
        (.authenticating, .pong, .ignore, .authenticating),
        (.authenticating, .health, .refuse(.unauthenticated), .authenticating),
        (.authenticating, .authenticate, .authenticate, .authenticating),
        (.authenticating, .request, .refuse(.unauthenticated), .authenticating),
        (.open, .hello, .refuseAndClose(.secondHello), .closing),
        (.open, .ping, .answerPing, .open),
        (.open, .pong, .ignore, .open),
        (.open, .health, .answerHealth, .open),
        (.open, .authenticate, .authenticate, .open),
        (.open, .request, .handle, .open),
        (.draining, .hello, .refuseAndClose(.secondHello), .closing),
        (.draining, .ping, .answerPing, .draining),
        (.draining, .pong, .ignore, .draining),
        (.draining, .health, .answerHealth, .draining),
        (.draining, .authenticate, .refuse(.draining), .draining),
        (.draining, .request, .refuse(.draining), .draining),
        (.closing, .hello, .ignore, .closing),
        (.closing, .ping, .ignore, .closing),
        (.closing, .pong, .ignore, .closing),
        (.closing, .health, .ignore, .closing),
        (.closing, .authenticate, .ignore, .closing),
        (.closing, .request, .ignore, .closing),
        (.lingering, .hello, .ignore, .lingering),
        (.lingering, .ping, .ignore, .lingering),
        (.lingering, .pong, .ignore, .lingering),
        (.lingering, .health, .ignore, .lingering),
        (.lingering, .authenticate, .ignore, .lingering),
        (.lingering, .request, .ignore, .lingering),
        (.closed, .hello, .ignore, .closed),
        (.closed, .ping, .ignore, .closed),
        (.closed, .pong, .ignore, .closed),
        (.closed, .health, .ignore, .closed),
        (.closed, .authenticate, .ignore, .closed),
        (.closed, .request, .ignore, .closed),
    ])
    private func aFrameIsJudgedByPhaseAndKind(
        phase: Machine.Phase,
        kind: Machine.FrameKind,
        verdict: Machine.FrameVerdict,
        next: Machine.Phase
    ) {
        var machine = machine(in: phase)
        #expect(machine.frame(facts(kind), now: at(1)) == verdict)
        #expect(machine.phase == next)
        #expect(machine.takesInput == (next < .closing))
    }

    @Test func creditIsTheLowerOfWhatIsWantedAndWhatThereIs() {
        var limits = TransportLimits()
        limits.creditMax = 8
        for (wanted, granted) in [(UInt32(0), UInt32(8)), (1, 1), (8, 8), (9, 8), (.max, 8)] {
            var machine = Machine(limits: limits, frameByteCountMax: 65_536, now: at(0))
            #expect(machine.credit == 0)
            machine.helloAccepted(wantedCredit: wanted, now: at(1))
            #expect(machine.credit == granted)
        }
    }

    @Test func theRequestAboveCreditIsRefusedAndLeavesNoTrace() {
        var limits = TransportLimits()
        limits.creditMax = 3
        var machine = machine(limits, in: .open)
        #expect(machine.frame(facts(.request, id: 5), inFlight: 2, now: at(1)) == .handle)
        #expect(machine.frame(facts(.request, id: 6), inFlight: 3, now: at(1)) == .refuse(.creditExceeded))
        #expect(machine.frame(facts(.ping, id: 6), inFlight: 3, now: at(1)) == .answerPing)
        #expect(machine.lastAcceptedCorrelationID == 5)
        #expect(machine.phase == .open)
    }

    @Test func noRequestIsTakenWhileMemoryIsExhausted() {
        var machine = machine(in: .open)
        #expect(
            machine.frame(facts(.request), memoryExhausted: true, now: at(1)) == .refuse(.memoryExhausted)
        )
        #expect(machine.lastAcceptedCorrelationID == 0)
    }

    @Test(arguments: [
        (UInt32(0), Int64(1_000_000), true), (1_000, 0, true), (1_000, 1, true), (1_000, 2, false),
        (.max, 4_294_967, true), (.max, 4_294_968, false),
    ])
    func aRequestIsRefusedOnceItsDeadlineHasPassed(deadline: UInt32, waitedMilliseconds: Int64, isHandled: Bool) {
        var machine = machine(in: .open)
        let verdict = machine.frame(
            facts(.request, deadline: deadline, receivedAt: 10),
            now: at(10 + waitedMilliseconds)
        )
        #expect(verdict == (isHandled ? .handle : .refuse(.deadlinePassed)))
        #expect(machine.lastAcceptedCorrelationID == (isHandled ? 1 : 0))
    }

    @Test func framesMayBeLongerOnceHelloWasAccepted() {
        let limits = TransportLimits()
        var machine = Machine(limits: limits, frameByteCountMax: 1_048_576, now: at(0))
        #expect(machine.frameByteCountMax == 4_096)
        machine.helloAccepted(wantedCredit: 0, now: at(0))
        #expect(machine.frameByteCountMax == 1_048_576)
    }

    @Test func helloMustComeInTime() {
        var machine = machine(in: .awaitingHello)
        #expect(machine.tick(owed: false, now: at(4_999)) == .none)
        #expect(machine.tick(owed: false, now: at(5_000)) == .refuseAndClose(.helloTooLate))
        #expect(machine.phase == .closing)
    }

    @Test func aFrameMustBeWholeInTimeAfterItsFirstByte() {
        var machine = machine(in: .open)
        machine.readCompleted(hasPartial: true, progressed: false, now: at(100))
        // More bytes of the same frame do not help.
        machine.readCompleted(hasPartial: true, progressed: false, now: at(9_000))
        #expect(machine.tick(owed: false, now: at(10_099)) == .none)
        #expect(machine.tick(owed: false, now: at(10_100)) == .refuseAndClose(.frameTooSlow))
    }

    @Test func theBeginningOfTheNextFrameStartsItsOwnTime() {
        var machine = machine(in: .open)
        machine.readCompleted(hasPartial: true, progressed: false, now: at(100))
        machine.readCompleted(hasPartial: true, progressed: true, now: at(9_000))
        #expect(machine.tick(owed: false, now: at(18_999)) == .none)
        #expect(machine.tick(owed: false, now: at(19_000)) == .refuseAndClose(.frameTooSlow))
        var finished = self.machineWithFinishedFrame()
        #expect(finished.tick(owed: false, now: at(20_000)) == .none)
    }

    private func machineWithFinishedFrame() -> Machine {
        var made = machine(in: .open)
        made.readCompleted(hasPartial: true, progressed: false, now: at(100))
        made.readCompleted(hasPartial: false, progressed: true, now: at(9_000))
        return made
    }

    @Test func silenceIsAskedAboutThenEnded() {
        var machine = machine(in: .open)
        #expect(machine.tick(owed: false, now: at(29_999)) == .none)
        #expect(machine.tick(owed: false, now: at(30_000)) == .sendPing)
        #expect(machine.tick(owed: false, now: at(44_999)) == .none)
        #expect(machine.tick(owed: false, now: at(45_000)) == .refuseAndClose(.idle))
    }

    @Test func anyFrameAnswersThePing() {
        for kind in [Machine.FrameKind.pong, .ping, .health, .request] {
            var machine = machine(in: .open)
            #expect(machine.tick(owed: false, now: at(30_000)) == .sendPing)
            _ = machine.frame(facts(kind), now: at(40_000))
            #expect(machine.tick(owed: false, now: at(69_999)) == .none)
            #expect(machine.tick(owed: false, now: at(70_000)) == .sendPing)
        }
    }

    @Test func nothingIsHeldAgainstAPeerThatIsNotRead() {
        var machine = machine(in: .open)
        machine.readCompleted(hasPartial: true, progressed: false, now: at(0))
        machine.readingChanged(isPaused: true, now: at(1))
        #expect(machine.tick(owed: true, now: at(29_000)) == .none)
        machine.readingChanged(isPaused: false, now: at(29_000))
        #expect(machine.tick(owed: true, now: at(38_999)) == .none)
        #expect(machine.tick(owed: true, now: at(39_000)) == .refuseAndClose(.frameTooSlow))
    }

    @Test(arguments: [Machine.Phase.awaitingHello, .open, .draining, .closing, .lingering])
    private func aPeerThatTakesNothingIsCutOff(phase: Machine.Phase) {
        var limits = TransportLimits()
        limits.unwritableMilliseconds = 10
        limits.helloMilliseconds = 1_000
        limits.lingerMilliseconds = 1_000
        var machine = machine(limits, in: phase)
        machine.writabilityChanged(isWritable: false, now: at(5))
        // A second notice does not start the time again.
        machine.writabilityChanged(isWritable: false, now: at(9))
        #expect(machine.tick(owed: true, now: at(14)) == .none)
        #expect(machine.tick(owed: true, now: at(15)) == .abort)
        machine.writabilityChanged(isWritable: true, now: at(16))
        #expect(machine.tick(owed: true, now: at(200)) == .none)
    }

    @Test func theEndWaitsForWhatIsOwedThenClosesTheOutputThenWaitsForThePeer() {
        var machine = machine(in: .open)
        #expect(machine.endStep(owed: false) == .none)
        machine.refusalCloses(now: at(1))
        #expect(machine.endStep(owed: true) == .none)
        #expect(machine.endStep(owed: false) == .closeOutput)
        machine.outputClosed(now: at(2))
        #expect(machine.endStep(owed: false) == .none)
        machine.inputEnded(now: at(3))
        #expect(machine.endStep(owed: false) == .close)
    }

    @Test func theEndDoesNotWaitForEver() {
        var closing = machine(in: .closing)
        #expect(closing.tick(owed: true, now: at(9_999)) == .none)
        #expect(closing.tick(owed: true, now: at(10_000)) == .abort)
        var lingering = machine(in: .lingering)
        #expect(lingering.tick(owed: false, now: at(999)) == .none)
        #expect(lingering.tick(owed: false, now: at(1_000)) == .abort)
    }

    @Test(arguments: [Machine.Phase.awaitingHello, .open, .draining])
    private func aPeerThatStopsSendingGetsWhatIsOwed(phase: Machine.Phase) {
        var machine = machine(in: phase)
        machine.inputEnded(now: at(1))
        #expect(machine.phase == .closing)
        #expect(machine.endStep(owed: true) == .none)
        #expect(machine.endStep(owed: false) == .closeOutput)
        machine.outputClosed(now: at(2))
        #expect(machine.endStep(owed: false) == .close)
    }

    @Test(arguments: [
        (Machine.Phase.awaitingHello, false, Machine.Phase.closing), (.authenticating, false, .closing),
        (.open, true, .draining),
        (.draining, false, .draining), (.closing, false, .closing), (.lingering, false, .lingering),
        (.closed, false, .closed),
    ])
    private func aDrainTellsOpenConnectionsOnce(phase: Machine.Phase, isTold: Bool, next: Machine.Phase) {
        var machine = machine(in: phase)
        #expect(machine.drain(now: at(1)) == isTold)
        #expect(machine.phase == next)
    }

    @Test func aDrainingConnectionEndsWhenItIsQuietAndOwesNothing() {
        var machine = machine(in: .draining)
        #expect(machine.tick(owed: true, now: at(500)) == .none)
        #expect(machine.frame(facts(.request), now: at(450)) == .refuse(.draining))
        #expect(machine.tick(owed: false, now: at(549)) == .none)
        #expect(machine.tick(owed: false, now: at(550)) == .end)
        #expect(machine.phase == .closing)
    }

    @Test func everyRefusalHasItsCodeAndSaysWhatWouldBeRight() {
        let codes = Machine.Refusal.allCases.map(\.code.rawValue)
        #expect(codes == [105, 107, 105, 109, 108, 110, 110, 203, 111, 205, 407, 401, 401, 401, 401, 402, 403])
        for refusal in Machine.Refusal.allCases {
            let detail = refusal.detail(limits: TransportLimits())
            #expect(detail.count > 10 && detail.utf8.count <= 512)
        }
    }

    /// Signatures that are good take as long to look at as those that are not.
    @Test func aConnectionMaySayWhoItIsSoOftenOnly() {
        var machine = machine(in: .open)
        for _ in 0..<TransportLimits().authenticationCountMax {
            let mayOnceMore = machine.mayAuthenticate(now: at(1))
            #expect(mayOnceMore)
            machine.authenticated(principalCreditMax: 0, now: at(1))
        }
        let mayEver = machine.mayAuthenticate(now: at(1))
        #expect(!mayEver)
        #expect(machine.phase == .closing)
    }

    @Test func timeOutsAreLookedAtOftenEnough() {
        var limits = TransportLimits()
        #expect(limits.tickMilliseconds == 250)
        limits.helloMilliseconds = 100
        #expect(limits.tickMilliseconds == 25)
        limits.lingerMilliseconds = 1
        #expect(limits.tickMilliseconds == 5)
    }
}
