import Client
import Domain
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// Proves that a daemon whose disk is full refuses what needs room until there is some, that one whose disk fails stops
/// and says where, and that both have kept what they answered.
@Suite struct FailingDiskTests {
    @Test(.enabled(if: SmallFileSystem.canMount, "only root can mount a file system"), .timeLimit(.minutes(20)))
    func onAFullFileSystemNewRequestsAreRefusedAndServiceResumesByItself() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            // Two segments of 5 MiB fit, the third does not.
            let disk = try SmallFileSystem(below: scratch, mebibytes: 13)
            let ledger = Ledger()
            let cards = (0..<4).map { _ in CardToken.make() }
            let daemon = try DaemonUnderTest.ready(scratch, data: disk.path)
            for card in cards { _ = try daemon.ask(Traffic.create(card, limit: 100_000_000), CardCreateReply.self) }
            var exchanges = try fillUp(daemon, cards)
            let refused = exchanges.filter { $0.refusal == RejectCode.storageUnavailable.rawValue }
            #expect(exchanges.contains { $0.reply != nil } && !refused.isEmpty)
            #expect(exchanges.allSatisfy { $0.isAnswered }, "nobody waits for room")

            // It lives, says what is the matter, and answers whatever needs no room.
            _ = try daemon.process.line(.error) { $0.contains("make room") ? $0 : nil }
            daemon.process.waitForError(containing: "are refused (406)", nanoseconds: 60_000_000_000)
            #expect(daemon.process.said("are refused (406)"), "\(daemon.process.report)")
            #expect(try !daemon.ask(Health(), HealthReply.self).ready)
            let answered = exchanges.filter { $0.reply != nil }.suffix(100)
            let repeated = try ask(answered.map(\.request.message), daemon.unix)
            #expect(repeated.map(\.body) == answered.map { $0.reply ?? [] }, "repeats are answered as ever")
            let fates = try ask(
                refused.prefix(100).map { exchange in
                    QueryByRequestID(
                        requestID: exchange.request.id,
                        transmissionTime: exchange.request.transmissionTime
                    )
                },
                daemon.unix
            )
            #expect(try fates.allSatisfy { try $0.decode(QueryByRequestIDReply.self).found == .unknown })
            for command in [Traffic.create(.make(), limit: 1)] {
                let rejection = rejection { _ = try daemon.ask(command, CardCreateReply.self) }
                #expect(rejection?.knownCode == .storageUnavailable && (rejection?.retryAfterMicroseconds ?? 0) > 0)
            }
            let setting = Traffic.configure("velocity.2", "none")
            let rejection = rejection { _ = try daemon.ask(setting, ConfigSetReply.self) }
            #expect(rejection?.knownCode == .storageUnavailable)
            let before = try daemon.ask(Digest(), DigestReply.self)

            // A kill and a start on the full disk: the same state, and the same refusal.
            try daemon.kill()
            let second = try DaemonUnderTest.ready(scratch, data: disk.path)
            #expect(try second.ask(Digest(), DigestReply.self) == before)
            exchanges += try fillUp(second, cards)

            try disk.grow(toMebibytes: 64)
            ledger.context = "with room again"
            second.process.waitForError(containing: "is prepared again", nanoseconds: 60_000_000_000)
            #expect(second.process.said("is prepared again"), "\(second.process.report)")
            second.process.waitForError(containing: "requests are taken", nanoseconds: 60_000_000_000)
            #expect(second.process.said("requests are taken"), "\(second.process.report)")
            // What was refused is sent again with the same ids, and executed once.
            try ledger.settle(exchanges, second)
            try ledger.checkHistory()
            #expect(try second.ask(Health(), HealthReply.self).ready)
            for card in cards {
                let found = try second.ask(CardGet(cardToken: card), CardGetReply.self).card
                #expect(found.held == ledger.held(card))
            }
            let after = try second.ask(Digest(), DigestReply.self)
            try second.stop()
            let verified = try DaemonUnderTest.ready(scratch, data: disk.path, ["--verify"])
            #expect(try verified.ask(Digest(), DigestReply.self) == after)
            try verified.stop()
        }
    }

    @Test(.enabled(if: SmallFileSystem.canMount, "only root can mount a file system"), .timeLimit(.minutes(20)))
    func aDiskThatWillBeFullIsAnnouncedWhileAllIsWell() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            // One segment of 5 MiB fits, the next does not.
            let disk = try SmallFileSystem(below: scratch, mebibytes: 8)
            let daemon = try DaemonUnderTest.ready(scratch, data: disk.path)
            daemon.process.waitForError(containing: "No space left on device", nanoseconds: 60_000_000_000)
            #expect(daemon.process.said("make room before the one in use is full"), "\(daemon.process.report)")
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 100), CardCreateReply.self)
            try disk.grow(toMebibytes: 64)
            daemon.process.waitForError(containing: "is prepared again", nanoseconds: 60_000_000_000)
            #expect(daemon.process.said("is prepared again"), "\(daemon.process.report)")
            try daemon.stop()
        }
    }

    @Test(.enabled(if: SmallFileSystem.canMount, "only root can mount a file system"), .timeLimit(.minutes(20)))
    func aFileSystemTooSmallForAJournalIsRefusedAtTheStart() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let disk = try SmallFileSystem(below: scratch, mebibytes: 3)
            let daemon = try DaemonUnderTest(scratch, data: disk.path)
            try expectLastWord(daemon, file: disk.path + "/journal/0000000000000000.segment", "No space left on device")
            // What it had begun is no journal, and is not taken for one when there is space.
            try disk.grow(toMebibytes: 64)
            let restarted = try DaemonUnderTest.ready(scratch, data: disk.path)
            #expect(try restarted.recovery("new") == "true")
            try restarted.stop()
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aFailedWriteStopsTheDaemonAndLosesNothing() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let ledger = Ledger()
            let cards = (0..<4).map { _ in CardToken.make() }
            let daemon = try DaemonUnderTest.ready(scratch)
            for card in cards { _ = try daemon.ask(Traffic.create(card, limit: 100_000_000), CardCreateReply.self) }
            // From here on the kernel refuses writes behind the first 512 KiB of a file.
            try SmallFileSystem.run("prlimit", ["--pid", "\(daemon.process.identifier)", "--fsize=524288:524288"])
            let exchanges = try load(daemon, cards, bulkyCommands(daemon))
            try expectLastWord(daemon, file: scratch.path + "/data/journal/0000000000000000.segment", "File too large")

            ledger.context = "after a failed write"
            let restarted = try DaemonUnderTest.ready(scratch)
            try ledger.settle(exchanges, restarted)
            try ledger.checkHistory()
            for card in cards {
                let found = try restarted.ask(CardGet(cardToken: card), CardGetReply.self).card
                #expect(found.held == ledger.held(card))
            }
            try restarted.stop()
        }
    }

    /// Payments until the disk is full, and bulky commands to come there sooner.
    private func fillUp(_ daemon: DaemonUnderTest, _ cards: [CardToken]) throws -> [Exchange] {
        let commands = bulkyCommands(daemon)
        let tcp = try daemon.tcp
        var exchanges: [Exchange] = []
        for round in 0..<50 {
            let outcomes = try inParallel(4) { index -> GatewayLoad.Outcome in
                if round == 0, index == 3 { _ = commands.run {} }
                let load = GatewayLoad(
                    endpoint: index % 2 == 0 ? tcp : daemon.unix,
                    requests: (0..<1_000).map { Traffic.authorize(cards[$0 % cards.count], 100) },
                    window: 16
                )
                return load.run {}
            }
            #expect(outcomes.allSatisfy { $0.ending == nil }, "\(daemon.process.report)")
            exchanges += outcomes.flatMap(\.exchanges)
            let isFull = { (exchange: Exchange) in exchange.refusal == RejectCode.storageUnavailable.rawValue }
            if outcomes.allSatisfy({ $0.exchanges.last.map(isFull) ?? false }) { return exchanges }
        }
        throw ChildProcess.Failure(description: "the disk did not fill up; \(daemon.process.report)")
    }

    private func rejection(_ body: () throws -> Void) -> Rejection? {
        do {
            try body()
        } catch ClientError.rejected(let rejection) {
            return rejection
        } catch {
            Issue.record("\(error)")
        }
        return nil
    }

    /// Changes of 60 KB each, so that a journal fills up in short time.
    private func bulkyCommands(_ daemon: DaemonUnderTest) -> OperatorLoad {
        let names = (0..<2_000).map { "MERCHANT WITH A LONG NAME \($0)" }.joined(separator: ",")
        return OperatorLoad(
            endpoint: daemon.administration,
            commands: (0..<400).map { number in
                .configuration(Traffic.configure("merchant-block.exact", names + ",\(number)"))
            }
        )
    }

    /// Payments, and after the first answers commands, until the daemon ends.
    private func load(
        _ daemon: DaemonUnderTest,
        _ cards: [CardToken],
        _ operators: OperatorLoad
    ) throws -> [Exchange] {
        let tcp = try daemon.tcp
        let isAnswering = Barrier(1)
        let outcomes = try inParallel(5) { index -> GatewayLoad.Outcome in
            if index == 4 {
                isAnswering.waitForOthers()
                _ = operators.run {}
                return GatewayLoad.Outcome()
            }
            let load = GatewayLoad(
                endpoint: index % 2 == 0 ? tcp : daemon.unix,
                requests: (0..<20_000).map { Traffic.authorize(cards[$0 % cards.count], 100) },
                window: 16
            )
            let countdown = Countdown(50) { isAnswering.arrive() }
            defer { isAnswering.arrive() }
            return load.run { countdown.notice() }
        }
        let exchanges = outcomes.flatMap(\.exchanges)
        #expect(exchanges.contains { $0.reply != nil }, "it worked until it failed")
        #expect(exchanges.contains { $0.reply == nil }, "it failed under load")
        return exchanges
    }

    private func expectLastWord(_ daemon: DaemonUnderTest, file: String, _ error: String) throws {
        #expect(try daemon.process.waitForEnd() == .exited(74), "\(daemon.process.report)")
        let last = daemon.process.lines().last ?? ""
        #expect(last.contains("level=critical") && last.contains(file) && last.contains(error), "\(last)")
    }
}
