import Client
import Domain
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// Proves that a client written from the specification alone, in another language, agrees with the daemon.
@Suite struct PythonClientTests {
    private static let directory = Place.repository + "/Protocol/clients/python"

    /// What the client's command printed.
    private struct Answer {
        let end: ChildProcess.End
        let text: String
        let errors: String

        /// The printed object, with its members by name.
        func object(_ name: String? = nil) throws -> [String: Any] {
            let whole = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let part = name.map { whole?[$0] as? [String: Any] } ?? whole
            return try #require(part, "\(text) \(errors)")
        }
    }

    private func run(_ endpoint: Endpoint, _ arguments: [String]) throws -> Answer {
        let process = try ChildProcess(
            "python3",
            [Self.directory + "/assent_client.py", "--connect", "\(endpoint)"] + arguments
        )
        let end = try process.waitForEnd()
        return Answer(
            end: end,
            text: process.lines(.output).joined(separator: "\n"),
            errors: process.lines(.error).joined(separator: "\n")
        )
    }

    @Test(.timeLimit(.minutes(20)))
    func itsCommandAgreesWithTheDaemon() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 5_000), CardCreateReply.self)
            let tcp = try daemon.tcp
            let id = RequestID.make()
            let time = "\(Clock.now())"
            let authorize = [
                "authorize", "--card", "\(card)", "--amount", "12.34", "--currency", "EUR", "--merchant",
                "Bäckerei Jäger",
                "--mcc", "5462", "--request-id", "\(id)", "--transmission-time", time,
            ]
            let approved = try run(tcp, authorize)
            #expect(approved.end == .exited(0), "\(approved.errors)")
            let decision = try approved.object()
            #expect(decision["outcome"] as? String == "approved")
            #expect(decision["responseCode"] as? String == "00")
            let payment = try daemon.ask(PaymentGet(lsn: .zero, requestID: id), PaymentGetReply.self)
            #expect(payment.decision.approvedAmount == 1_234)
            #expect(payment.merchantName == "Bäckerei Jäger")
            #expect(number(decision["lsn"]) == Int64(payment.decision.lsn.rawValue))
            #expect(number(decision["held"]) == 1_234)
            #expect(number(decision["available"]) == 3_766)
            #expect(decision["approvalCode"] as? String == "\(payment.decision.approvalCode)")

            let repeated = try run(daemon.unix, authorize)
            #expect(repeated.end == .exited(0))
            #expect(repeated.text == approved.text, "a repeat gets the same answer")

            var other = authorize
            other[4] = "12.35"
            let conflict = try run(tcp, other)
            #expect(conflict.end == .exited(3))
            #expect(conflict.errors.contains("requestIdReused"), "\(conflict.errors)")

            let found = try run(tcp, ["query", "--request-id", "\(id)", "--transmission-time", time])
            let fate = try found.object()
            #expect(fate["found"] as? String == "decided")
            #expect(fate["decision"] as? NSDictionary == decision as NSDictionary)
            let unknown = try run(tcp, ["query", "--request-id", "\(RequestID.make())", "--transmission-time", time])
            #expect(try unknown.object()["found"] as? String == "unknown")

            let declined = try run(tcp, ["authorize", "--card", "\(card)", "--amount", "37.67", "--currency", "EUR"])
            #expect(declined.end == .exited(1))
            #expect(try declined.object()["reason"] as? String == "insufficientFunds")

            let verified = try run(tcp, ["verify", "--card", "\(card)", "--currency", "EUR"])
            #expect(verified.end == .exited(0))
            #expect(try verified.object()["outcome"] as? String == "approved")
            let balance = try run(tcp, ["balance", "--card", "\(card)"])
            #expect(balance.end == .exited(0))
            #expect(number(try balance.object()["available"]) == 3_766)
            #expect(try run(tcp, ["ping"]).end == .exited(0))
            let health = try run(tcp, ["health"])
            #expect(health.end == .exited(0))
            #expect(try health.object()["ready"] as? Bool == true, "\(health.text)")

            let get = ["call", "CardGet", "{\"cardToken\": \"\(card)\"}"]
            #expect(try run(tcp, get).end == .exited(3), "a gateway socket shows no cards")
            let shown = try run(daemon.administration, get).object("CardGetReply")
            #expect(number((shown["card"] as? [String: Any])?["held"]) == 1_234)
            try daemon.stop()
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aLiveClientReconnectsAfterAKillAndAsksAgainWithTheSameID() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 5_000), CardCreateReply.self)
            let id = RequestID.make()
            let program = """
                import sys, uuid
                sys.path.insert(0, sys.argv[1])
                from assent_client import Client, now
                target, card, number, time = sys.argv[2], uuid.UUID(sys.argv[3]), uuid.UUID(sys.argv[4]), now()
                with Client(target) as client:
                    for line in sys.stdin:
                        decision = client.authorize(card, 1000, "EUR", request_id=number, transmission_time=time)
                        print(sorted((name, str(value)) for name, value in decision.items()), flush=True)
                        if line.startswith("last"):
                            break
                """
            let python = try ChildProcess(
                "python3",
                ["-c", program, Self.directory, "\(daemon.unix)", "\(card)", "\(id)"]
            )
            try python.say("first")
            let first = try python.line(.output) { $0 }
            #expect(first.contains("approved"))
            try daemon.kill()
            let restarted = try DaemonUnderTest.ready(scratch)
            // The same client object, whose connection is dead by now.
            try python.say("last")
            #expect(try python.waitForEnd() == .exited(0), "\(python.report)")
            #expect(python.lines(.output) == [first, first])
            let state = try restarted.ask(CardGet(cardToken: card), CardGetReply.self).card
            #expect(state.held == 1_000, "once")
            #expect(try restarted.ask(Status(), StatusReply.self).repeated == 1)
            try restarted.stop()
        }
    }

    /// A number, which the vectors' form writes as text where it may have more than 53 bits.
    private func number(_ value: Any?) -> Int64? {
        (value as? String).flatMap { Int64($0) } ?? (value as? NSNumber)?.int64Value
    }
}
