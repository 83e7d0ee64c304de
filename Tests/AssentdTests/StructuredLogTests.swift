import Domain
import Logging
import Platform
import Testing
import Transport
import Wire

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

    /// A few lines of each kind at once, one every ten seconds while it goes on, and no count is lost at its end.
    @Test func hostilePeersCannotFloodTheLog() {
        var window = TransportLog.Window()
        for _ in 0..<TransportLog.Window.lineCountMax { #expect(window.take(at: 5) == (true, 0)) }
        for _ in 0..<1_000 { #expect(window.take(at: 14) == (false, 0)) }
        #expect(window.settle(at: 14) == 0)
        #expect(window.take(at: 15) == (false, 1_000))
        #expect(window.settle(at: 24) == 0)
        #expect(window.settle(at: 25) == 1)
        #expect(window.settle(at: 35) == 0)
        // After ten quiet seconds it is news again.
        #expect(window.take(at: 36) == (true, 0))
    }

    private let session = SessionInfo(role: .gateway, peerUserID: nil, connectionNumber: 1)
    private let operatorSession = SessionInfo(role: .administration, peerUserID: 0, connectionNumber: 2)

    @Test func oneKindDoesNotHideAnother() {
        let kinds = [
            TransportLog.Kind(.authenticationFailed(of: session, principal: "a", isKnown: true)),
            TransportLog.Kind(.authenticationFailed(of: session, principal: "b", isKnown: true)),
            TransportLog.Kind(.authenticationFailed(of: session, principal: "c", isKnown: false)),
            TransportLog.Kind(.principalRefused(userID: 7)), TransportLog.Kind(.principalRefused(userID: 8)),
            TransportLog.Kind(.connectionClosed(of: session, code: 101, detail: "a")),
            TransportLog.Kind(.connectionClosed(of: session, code: 102, detail: "a")),
            TransportLog.Kind(.sessionBroken(of: session, detail: "certificate revoked", isCertificate: true)),
            TransportLog.Kind(.sessionBroken(of: session, detail: "certificate has expired", isCertificate: true)),
            TransportLog.Kind(.sessionBroken(of: session, detail: "wrong version number", isCertificate: false)),
            TransportLog.Kind(.handshakeLate(of: session)),
        ]
        for (index, kind) in kinds.enumerated() { #expect(kinds.firstIndex(of: kind) == index) }
        let other = TransportEvent.connectionClosed(of: operatorSession, code: 101, detail: "b")
        #expect(
            TransportLog.Kind(other)
                == TransportLog.Kind(
                    .connectionClosed(of: session, code: 101, detail: "a")
                )
        )
        let noise = TransportEvent.sessionBroken(of: session, detail: "bad record type", isCertificate: false)
        #expect(TransportLog.Kind(noise) == kinds[9])
        // A name that nobody has is whatever a stranger likes.
        let invented = TransportEvent.authenticationFailed(of: session, principal: "d", isKnown: false)
        #expect(TransportLog.Kind(invented) == kinds[2])
    }

    /// Who knows the names of many principals writes no more for it.
    @Test func soManyKindsOfOneMessageAreToldApart() {
        var known: [TransportLog.Kind] = []
        for number in 0..<100 {
            let event = TransportEvent.authenticationFailed(of: session, principal: "p\(number)", isKnown: true)
            let kind = TransportLog.place(TransportLog.Kind(event), among: known)
            if !known.contains(kind) { known.append(kind) }
        }
        #expect(known.count == TransportLog.Kind.countMax + 1 && known.last?.detail == TransportLog.Kind.others)
        let closed = TransportEvent.connectionClosed(of: session, code: 101, detail: "")
        let kind = TransportLog.Kind(closed)
        #expect(TransportLog.place(kind, among: known) == kind)
    }

    @Test func whatLastsIsSaidWhenItBeginsAndEveryMinute() {
        var spell = ConnectionWatch.Spell()
        let before = spell.isSaid(false)
        #expect(!before)
        let said = (0..<130).filter { _ in spell.isSaid(true) }
        #expect(said == [0, 60, 120])
        for _ in 0..<ConnectionWatch.Spell.pauseSeconds { _ = spell.isSaid(false) }
        let again = [spell.isSaid(true), spell.isSaid(true)]
        #expect(again == [true, false])
    }
}

/// Carries a lock into a closure.
private final class Box<Value: ~Copyable & Sendable>: Sendable {
    let value: Value

    init(_ value: consuming Value) { self.value = value }
}
