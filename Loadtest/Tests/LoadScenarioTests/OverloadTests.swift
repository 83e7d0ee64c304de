import LoadScenario
import Testing

/// The short form of `make overload`: a real daemon that is asked for more than it takes; latencies are not judged.
struct OverloadTests {
    private let report = KeptReport()

    @Test(.timeLimit(.minutes(10))) func everyAnswerIsRightPastSaturationAndAfterIt() throws {
        try TestDaemon.withData { data in
            var settings = Overload.Settings(executable: try TestDaemon.path(), data: data)
            settings.daemonOptions = TestDaemon.options
            settings.cards = 500
            settings.connections = 4
            settings.bound = 32
            settings.seconds = 0.3
            settings.burstSeconds = 0.2
            settings.rounds = 1
            settings.perSecond = 2_000
            #expect(try Overload(settings: settings, console: report.console).run().isCorrect, "\(report.text)")
        }
    }
}
