import Domain
import Logging
import Platform
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

    @Test func linesFitAPipeAndKeepTheirFields() {
        let long = String(repeating: "ü\u{1}", count: 5_000)
        for format in [LogFormat.logfmt, .json] {
            let line = StructuredLogHandler.shortLine(
                format,
                time: time,
                level: .info,
                message: long,
                fields: [("a", long), ("b", "kept")]
            )
            #expect(line.utf8.count <= 4_096 && line.hasSuffix("\n"))
            #expect(line.contains("kept") && line.contains("ü\\u0001") && line.contains("…"))
        }
    }

    @Test func whatCannotBeWrittenIsCountedAndReportedFirst() {
        let written = Box(Locked<[String]>([]))
        let room = Box(Locked(1))
        let output = LogOutput { text in
            guard
                room.value.withLock({ room in
                    room -= 1
                    return room >= 0
                })
            else { return false }
            written.value.withLock { $0.append(text) }
            return true
        }
        for line in ["a", "b", "c"] { output.put(line) { "dropped \($0)" } }
        room.value.withLock { $0 = 1 }
        output.put("d") { "dropped \($0)" }
        room.value.withLock { $0 = 9 }
        output.put("e") { "dropped \($0)" }
        output.put("f") { "dropped \($0)" }
        #expect(written.value.withLock { $0 } == ["a", "dropped 2", "dropped 1", "e", "f"])
    }

    @Test func hostilePeersCannotFloodTheLog() {
        var window = TransportLog.Window()
        for _ in 0..<TransportLog.linesPerSecondMax { #expect(window.take(at: 5) == (true, 0)) }
        for _ in 0..<1_000 { #expect(window.take(at: 5) == (false, 0)) }
        #expect(window.take(at: 6) == (true, 1_000))
        #expect(window.take(at: 6) == (true, 0))
    }
}

/// Carries a lock into a closure.
private final class Box<Value: ~Copyable & Sendable>: Sendable {
    let value: Value

    init(_ value: consuming Value) { self.value = value }
}
