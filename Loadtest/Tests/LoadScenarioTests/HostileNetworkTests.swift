import LoadScenario
import Testing

/// The short form of `make hostile`: a real daemon, some ways of attacking it, no judgement of latencies.
struct HostileNetworkTests {
    private let report = KeptReport()

    /// Not those that show after some seconds only.
    private static let attacks: [HostileAttack] = [.lengths, .signatures, .halfHandshakes, .replays, .splices]

    @Test(.timeLimit(.minutes(10))) func nobodyGetsWhatIsNotHisAndTheLogSaysWhatHappened() throws {
        try TestDaemon.withData { data in
            var settings = HostileNetwork.Settings(executable: try TestDaemon.path(), data: data)
            settings.daemonOptions = TestDaemon.options
            settings.attacks = Self.attacks
            settings.seconds = 0.5
            settings.windows = 1
            settings.rate = 100
            settings.judgesLatency = false
            settings.connectionCountMax = 1_024
            #expect(try HostileNetwork(settings: settings, console: report.console).run(), "\(report.text)")
        }
    }
}
