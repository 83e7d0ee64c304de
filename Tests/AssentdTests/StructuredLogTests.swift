import Domain
import Logging
import Testing

@testable import assentd

@Suite struct StructuredLogTests {
    private let time = Instant(microseconds: 1_000_000)

    @Test func logfmtQuotesWhatNeedsIt() {
        let line = StructuredLogHandler.line(
            .logfmt,
            time: time,
            level: .info,
            message: "ready now",
            fields: [("a", "x=1"), ("b", ""), ("c", "plain/1.2:3"), ("d", "say \"hi\"\n"), ("e", "ü")]
        )
        #expect(
            line == "time=1970-01-01T00:00:01.000000Z level=info message=\"ready now\" a=\"x=1\" b=\"\" c=plain/1.2:3 "
                + "d=\"say \\\"hi\\\"\\n\" e=ü"
        )
    }

    @Test func jsonIsOneObjectInAFixedOrder() {
        let line = StructuredLogHandler.line(
            .json,
            time: time,
            level: .error,
            message: "a\\b\u{1}",
            fields: [("k", "\t\r\u{7F}")]
        )
        #expect(
            line == "{\"time\":\"1970-01-01T00:00:01.000000Z\",\"level\":\"error\",\"message\":\"a\\\\b\\u0001\","
                + "\"k\":\"\\t\\r\\u007f\"}"
        )
    }

    @Test func hostilePeersCannotFloodTheLog() {
        var window = TransportLog.Window()
        for _ in 0..<TransportLog.linesPerSecondMax { #expect(window.take(at: 5) == (true, 0)) }
        for _ in 0..<1_000 { #expect(window.take(at: 5) == (false, 0)) }
        #expect(window.take(at: 6) == (true, 1_000))
        #expect(window.take(at: 6) == (true, 0))
    }
}
