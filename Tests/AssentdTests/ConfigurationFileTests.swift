import ArgumentParser
import Engine
import Journal
import Platform
import Testing
import Transport
import Wire

@testable import assentd

@Suite struct ConfigurationFileTests {
    private func configuration(_ text: String) throws -> Configuration {
        try Configuration(ConfigurationFile.parse(text, path: "a.toml"))
    }

    @Test func everyFormOfValueIsRead() throws {
        let read = try configuration(
            """
            # The demonstration's daemon.
            data-dir = "/srv/assent \\"a\\\\b\\""   # with a comment
            listen = ["tcp:127.0.0.1:1234", "unix:/run/g.sock",]
            admin = "unix:/run/a.sock"
            admin-user = [12, 13]
            admin-socket-mode = 640
            \tmax-cards = 1_000_000
            simulated-clock = true
            log-format = "json"\r
            hello-timeout=250

            """
        )
        #expect(read.dataDirectory == "/srv/assent \"a\\b\"")
        #expect(
            read.server.listeners == [
                .init(endpoint: .tcp(host: "127.0.0.1", port: 1_234), role: .gateway, fileMode: 0o660),
                .init(endpoint: .unix(path: "/run/g.sock"), role: .gateway, fileMode: 0o660),
                .init(endpoint: .unix(path: "/run/a.sock"), role: .administration, fileMode: 0o640),
            ]
        )
        #expect(read.server.administratorUserIDs == [12, 13])
        #expect(read.engine.cardCountMax == 1_000_000 && read.engine.simulatedClock)
        #expect(read.logFormat == .json)
        #expect(read.server.limits.helloMilliseconds == 250)
    }

    /// A version looks like a number; in quotes or not, it is the same.
    @Test(arguments: ["1.3", "\"1.3\""])
    func aVersionMayBeWrittenAsANumber(value: String) throws {
        #expect(try configuration("tls-minimum = \(value)").values[.tlsMinimum]?.texts == ["1.3"])
    }

    @Test(arguments: [
        ("credt = 3", "a.toml:1: there is no setting \"credt\"; the nearest is \"credit\""),
        (
            "\n\nmax-conections = 3",
            "a.toml:3: there is no setting \"max-conections\"; the nearest is \"max-connections\""
        ),
        ("credit = 3\ncredit = 4", "a.toml:2: \"credit\" was set on line 1 already"),
        ("credit", "a.toml:1: \"credit\" must be followed by = and a value"),
        ("credit =", "a.toml:1: a value must be a \"string\" in double quotes, a whole number, true or false"),
        ("credit = three", "a.toml:1: a value must be a \"string\" in double quotes, a whole number, true or false"),
        ("credit = 1__0", "a.toml:1: a value must be a \"string\" in double quotes, a whole number, true or false"),
        ("credit = -1", "a.toml:1: a value must be a \"string\" in double quotes, a whole number, true or false"),
        ("credit = 1.", "a.toml:1: digits must follow the point in \"1.\""),
        ("credit = 1.5", "a.toml:1: credit cannot be \"1.5\": it must be 1 to 65536 requests"),
        ("tls-minimum = 1.1", "a.toml:1: tls-minimum cannot be \"1.1\": it must be 1.2, 1.3"),
        ("credit = 1 2", "a.toml:1: \"2\" is left after the value"),
        ("data-dir = \"x", "a.toml:1: a string must end with a double quote"),
        ("data-dir = \"\\n\"", "a.toml:1: after a backslash only \" or another backslash may follow"),
        ("listen = [\"unix:/a\" \"unix:/b\"]", "a.toml:1: a list must be: [value, value]"),
        ("[server]", "a.toml:1: a line must be: key = value"),
        ("credit = 0", "a.toml:1: credit cannot be \"0\": it must be 1 to 65536 requests"),
        ("credit = 65537", "a.toml:1: credit cannot be \"65537\": it must be 1 to 65536 requests"),
        (
            "credit = 99999999999999999999",
            "a.toml:1: credit cannot be \"99999999999999999999\": it must be 1 to 65536 requests"
        ),
        ("credit = [1, 2]", "a.toml:1: credit cannot be \"1, 2\": it must be one value"),
        ("shards = 48", "a.toml:1: shards cannot be \"48\": it must be a power of two from 1 to 4096"),
        ("listen = \"9701\"", "a.toml:1: listen cannot be \"9701\": it must be tcp:HOST:PORT or unix:PATH"),
        ("listen = []", "a.toml:1: listen cannot be \"[]\": it must be at least one endpoint"),
        ("listen = [\"unix:/a\", \"unix:/a\"]", "a.toml:1: listen cannot be \"unix:/a\": it must be given once"),
        (
            "admin = \"tcp:127.0.0.1:1\"",
            "a.toml:1: admin cannot be \"tcp:127.0.0.1:1\": it must be unix:PATH; operators are known by their user"
        ),
        ("admin-user = \"root\"", "a.toml:1: admin-user cannot be \"root\": it must be a numeric user id"),
        ("admin-socket-mode = 888", "a.toml:1: admin-socket-mode cannot be \"888\": it must be 000 to 777"),
        ("simulated-clock = 1", "a.toml:1: simulated-clock cannot be \"1\": it must be true or false"),
        (
            "log-level = \"loud\"",
            "a.toml:1: log-level cannot be \"loud\": it must be trace, debug, info, notice, warning, error, critical"
        ),
        (
            "segment-size = 8\nfill-buffer = 4",
            "a.toml:1: segment-size cannot be \"8\": it must be more than twice fill-buffer"
        ),
        ("data-dir = \"\"", "a.toml:1: data-dir cannot be \"\": it must be a path"),
    ])
    func anErrorNamesThePlaceAndWhatWouldBeRight(text: String, message: String) {
        #expect {
            try configuration(text)
        } throws: { error in
            "\(error)" == message
        }
    }

    @Test func theCommandLineGoesBeforeTheFile() throws {
        var line = SettingValues()
        line[.credit] = .init(texts: ["7"], source: .commandLine)
        let file = try ConfigurationFile.parse("credit = 8\nshards = 2", path: "a")
        let merged = try Configuration(line.over(file))
        #expect(merged.server.limits.creditMax == 7)
        #expect(merged.engine.cardShardCount == 2)
    }

    @Test func anErrorOfTheCommandLineIsAnErrorOfUsage() throws {
        var line = SettingValues()
        line[.credit] = .init(texts: ["x"], source: .commandLine)
        #expect {
            try Configuration(line)
        } throws: { error in
            (error as? ConfigurationError)?.isUsage == true
        }
        #expect {
            try configuration("credit = 0")
        } throws: { error in
            (error as? ConfigurationError)?.isUsage == false
        }
    }

    /// What --help says of the defaults is what holds without any setting.
    @Test func theDefaultsAreThoseThatHelpShows() throws {
        let made = try configuration("")
        let limits = TransportLimits()
        var expected = limits
        expected.connectionCountMax = 16_384
        expected.inFlightAdapts = true
        #expect(made.server.limits == expected)
        #expect(made.engine.cardShardCount == 64 && made.engine.cardCountMax == 20_000_000)
        #expect(made.engine.rememberedRequestCount == 4_194_304)
        #expect(made.engine.complaint == nil)
        #expect(made.journal.segmentByteCount == 256 << 20 && made.journal.bufferByteCount == 4 << 20)
        #expect(made.server.eventLoopCount == CurrentProcess.processorCount)
        #expect(!made.server.allowsPlaintextRemote && made.server.administratorUserIDs.isEmpty)
        #expect(
            made.server.listeners.map { "\($0.endpoint) \($0.role) \(String($0.fileMode, radix: 8))" } == [
                "tcp:127.0.0.1:9701 gateway 660", "unix:./assent-data/gateway.sock gateway 660",
                "unix:./assent-data/admin.sock administration 600",
            ]
        )
        #expect(made.drainTimeoutMilliseconds == 30_000 && made.logLevel == "info" && made.logFormat == nil)
    }

    @Test func everySettingSaysItsDefaultAndItsRange() {
        for setting in Setting.allCases {
            #expect(setting.help.contains("efault \(setting.defaultText)."), "\(setting.rawValue)")
            switch setting.kind {
            case .number, .powerOfTwo, .mode, .choice: #expect(setting.range != nil)
            case .flag, .path, .endpoints, .addresses, .users, .scopes: #expect(setting.range == nil)
            }
        }
        let text = Assentd.helpMessage(columns: 400)
        for setting in Setting.allCases { #expect(text.contains("  --\(setting.rawValue)"), "\(setting.rawValue)") }
    }

    @Test func theEditDistanceIsLevenshteins() {
        #expect(editDistance("", "abc") == 3)
        #expect(editDistance("kitten", "sitting") == 3)
        #expect(editDistance("credit", "credit") == 0)
        #expect(Setting.nearest(to: "log-formt") == .logFormat)
    }
}
