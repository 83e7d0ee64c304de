import LoadScenario
import Testing

/// What is measured of long histories, with short ones and a real daemon: every answer and balance is right, and what
/// must come to an end does. How fast it is says nothing here, so floors that are missed are not printed.
struct GrowthScenarioTests {
    private let report = KeptReport()

    @Test(.timeLimit(.minutes(10)), arguments: [false, true])
    func aHistoryIsMadeAndStartedAgainInEveryWay(areOpen: Bool) throws {
        try TestDaemon.withData { data in
            var settings = StartTimes.Settings(executable: try TestDaemon.path(), data: data)
            settings.cards = 1_200
            settings.payments = 3_000
            settings.tail = 300
            settings.rounds = 1
            settings.areOpen = areOpen
            settings.daemonOptions = TestDaemon.options
            #expect(try StartTimes(settings: settings, console: report.console).run().isCorrect, "\(report.text)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func snapshotsAreMadeUnderLoadAndEveryBalanceIsRight() throws {
        try TestDaemon.withData { data in
            var settings = GrowthCost.Settings(executable: try TestDaemon.path(), data: data)
            settings.cards = 1_200
            settings.holds = 2_000
            settings.rounds = 1
            settings.seconds = 0.2
            settings.daemonOptions = TestDaemon.options
            #expect(try GrowthCost(settings: settings, console: report.console).run().isCorrect, "\(report.text)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func theProjectionComesToHaveEverythingEachTime() throws {
        try TestDaemon.withData { data in
            var settings = ProjectionPace.Settings(executable: try TestDaemon.path(), data: data)
            settings.cards = 1_200
            settings.payments = 2_000
            settings.rates = [500]
            settings.seconds = 0.5
            settings.daemonOptions = TestDaemon.options
            #expect(try ProjectionPace(settings: settings, console: report.console).run(), "\(report.text)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func twoBuildsTakeTurns() throws {
        try TestDaemon.withData { data in
            let executable = try TestDaemon.path()
            var settings = TurnSettings(executable: executable, data: data)
            settings.cards = 1_200
            settings.rounds = 2
            settings.seconds = 0.2
            let comparison = BuildComparison(settings: settings, other: executable, console: report.console)
            #expect(try comparison.run().isCorrect, "\(report.text)")
            #expect(report.text.contains("of the other's processor time"), "\(report.text)")
        }
    }
}
