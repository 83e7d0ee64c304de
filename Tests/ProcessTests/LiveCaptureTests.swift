import Client
import Domain
import Glibc
import Platform
import Testing
import Wire

/// Proves that a real conversation reads in the real tshark as the client saw it. Fails without tshark.
@Suite struct LiveCaptureTests {
    private static let columns = [
        "assent.template", "assent.checksum_good", "assent.Authorize.requestId", "assent.VerifyAccount.requestId",
        "assent.BalanceInquiry.requestId", "assent.Authorize.amount", "assent.Authorize.merchantName",
        "assent.decision.lsn", "assent.decision.approvedAmount", "assent.decision.held", "assent.decision.reason",
        "assent.decision.responseCode", "assent.decision.approvalCode", "assent.Reject.code", "assent.Ping.payload",
        "assent.Pong.payload", "_ws.expert",
    ]

    /// A packet's columns by their names, without the empty ones.
    private typealias Row = [String: String]

    /// Whether this process may listen to an interface (packet(7)): not everyone who may build and test.
    private static let mayCapture: Bool = {
        let descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }()

    @Test(.enabled(if: mayCapture, "only root can capture packets"), .timeLimit(.minutes(20)))
    func aConversationReadsInTsharkAsTheClientSawIt() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 10_000), CardCreateReply.self)
            let tcp = try daemon.tcp
            let tshark = try startCapture(tcp)
            let expected = try converse(tcp, card)
            try finishCapture(tshark, tcp)

            let packets = tshark.lines(.output).map(row)
            let complaints = packets.filter { $0["assent.template"] != nil && $0["_ws.expert"] != nil }
            #expect(complaints.isEmpty, "tshark complains")
            let talk = packets.filter { row in
                guard let template = row["assent.template"] else { return false }
                return !["0x0800", "0x0810", "0x0801", "0x0811"].contains(template)
            }
            #expect(talk.count == expected.count, "\(tshark.report)")
            for (captured, seen) in zip(talk, expected) {
                var captured = captured
                let isGood = captured.removeValue(forKey: "assent.checksum_good")
                #expect(isGood == "1" || isGood == "True", "the checksum of \(seen)")
                // The client's row says which columns it compares.
                #expect(captured.filter { seen[$0.key] != nil } == seen)
                #expect(captured["assent.decision.lsn"] == seen["assent.decision.lsn"])
                #expect(captured["assent.Reject.code"] == seen["assent.Reject.code"])
            }
            try daemon.stop()
        }
    }

    /// Payments of several outcomes, one after the other, as rows of what the client sent and got.
    private func converse(_ tcp: Endpoint, _ card: CardToken) throws -> [Row] {
        var connection = try Connection(to: tcp, options: DaemonUnderTest.patience)
        var rows: [Row] = []
        let first = Traffic.authorize(card, 1_234, merchant: "Bäckerei Jäger")
        let requests = [
            first, Traffic.authorize(card, 9_999), Traffic.authorize(.make(), 1), first,
            Traffic.authorize(card, 8_766, merchant: "東京ストア"), Traffic.authorize(card, 1),
            Traffic.authorize(card, 50, partial: true),
        ]
        for request in requests {
            rows.append(request.row)
            rows.append(try connection.call(request, returning: AuthorizeReply.self).decision.row("0x0110"))
        }
        let verification = Traffic.verify(card)
        rows.append(["assent.template": "0x0102", "assent.VerifyAccount.requestId": "\(verification.requestID)"])
        rows.append(try connection.call(verification, returning: VerifyAccountReply.self).decision.row("0x0112"))
        let reused = Traffic.authorize(card, 1_235, id: first.requestID)
        rows.append(reused.row)
        rows.append(["assent.template": "0x09ff", "assent.Reject.code": "307"])
        do throws(ClientError) {
            _ = try connection.call(reused, returning: AuthorizeReply.self)
            Issue.record("an id with other content was taken")
        } catch {
            guard case .rejected(let rejection) = error else { throw error }
            #expect(rejection.knownCode == .requestIDReused)
        }
        #expect(Set(rows.compactMap { $0["assent.decision.reason"] }).count >= 3, "there is something to compare")
        return rows
    }

    /// Starts tshark, and returns when it has shown a packet.
    private func startCapture(_ tcp: Endpoint) throws -> ChildProcess {
        guard case .tcp(_, let port) = tcp else { preconditionFailure("the endpoint is a TCP socket") }
        let tshark = try ChildProcess(
            "tshark",
            [
                "-n", "-l", "-i", "lo", "-f", "tcp port \(port)",
                "-X", "lua_script:\(Place.repository)/Protocol/assent.lua",
                "-T", "fields", "-E", "separator=|", "-E", "occurrence=f",
            ] + Self.columns.flatMap { ["-e", $0] }
        )
        try tshark.line(.error) { $0.contains("Capturing on") ? () : nil }
        // It says so a moment before the kernel gives it packets.
        for number in 1...600 {
            try ping(tcp, UInt64(number))
            let shown = try? tshark.line(.output, withinMilliseconds: 200) { $0.contains("0x0811") ? true : nil }
            if shown == true { return tshark }
        }
        throw ChildProcess.Failure(description: "tshark shows no packets; \(tshark.report)")
    }

    /// Ends tshark when it has shown everything so far.
    private func finishCapture(_ tshark: ChildProcess, _ tcp: Endpoint) throws {
        let mark: UInt64 = 7_777_777_777
        try ping(tcp, mark)
        try tshark.line(.output) { row($0)["assent.Pong.payload"] == "\(mark)" ? () : nil }
        tshark.signal(SIGINT)
        #expect(try tshark.waitForEnd() == .exited(0), "\(tshark.report)")
    }

    private func ping(_ tcp: Endpoint, _ payload: UInt64) throws {
        var connection = try Connection(to: tcp, options: DaemonUnderTest.patience)
        #expect(try connection.call(Ping(payload: payload), returning: Pong.self).payload == payload)
    }

    private func row(_ line: String) -> Row {
        let values = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        return Dictionary(uniqueKeysWithValues: zip(Self.columns, values).filter { !$0.1.isEmpty })
    }
}

extension Authorize {
    /// What tshark shows of it.
    fileprivate var row: [String: String] {
        [
            "assent.template": "0x0100", "assent.Authorize.requestId": "\(requestID)",
            "assent.Authorize.amount": "\(amount)", "assent.Authorize.merchantName": merchantName,
        ]
    }
}

extension DecisionBlock {
    /// What tshark shows of it.
    fileprivate func row(_ template: String) -> [String: String] {
        var row = [
            "assent.template": template, "assent.decision.lsn": "\(lsn)",
            "assent.decision.approvedAmount": "\(approvedAmount)", "assent.decision.reason": "\(reason.rawValue)",
            "assent.decision.responseCode": "\(responseCode)",
        ]
        if let held { row["assent.decision.held"] = "\(held)" }
        if outcome != .declined { row["assent.decision.approvalCode"] = "\(approvalCode)" }
        return row
    }
}
