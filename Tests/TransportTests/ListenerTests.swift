import Domain
import Foundation
import NIOCore
import Platform
import Testing
import Wire

@testable import Transport

@Suite(.timeLimit(.minutes(20))) struct ListenerTests {
    private func server(_ listeners: [ServerConfiguration.Listener], allowsRemote: Bool = false) -> Server {
        Server(
            configuration: ServerConfiguration(
                listeners: listeners,
                eventLoopCount: 1,
                allowsPlaintextRemote: allowsRemote
            ),
            identity: TestServer.identity,
            handler: TestHandler(.now),
            report: { _ in }
        )
    }

    private func temporaryPath() -> String { "/tmp/assent-listener-\(UUID().uuidString.prefix(8)).sock" }

    @Test func administrationIsNotServedOverTCP() {
        let endpoint = Endpoint.tcp(host: "127.0.0.1", port: 0)
        #expect(throws: ServerError.administrationOverTCP(endpoint)) {
            try server([.init(endpoint: endpoint, role: .administration)]).start()
        }
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1"])
    func aPlaintextListenerForOtherMachinesMustBeAskedFor(host: String) {
        let endpoint = Endpoint.tcp(host: host, port: 0)
        #expect(throws: ServerError.plaintextRemote(endpoint)) {
            try server([.init(endpoint: endpoint, role: .gateway)]).start()
        }
    }

    @Test func aPlaintextListenerForOtherMachinesIsServedWhenAskedFor() throws {
        let server = server([.init(endpoint: .tcp(host: "0.0.0.0", port: 0), role: .gateway)], allowsRemote: true)
        let endpoints = try server.start()
        guard case .tcp("0.0.0.0", let port) = endpoints[0] else {
            Issue.record("listens on \(endpoints)")
            return
        }
        try TestClient(.tcp(host: "127.0.0.1", port: port)).hello()
        server.stop()
    }

    @Test func loopbackIsWhatThisMachineAloneReaches() throws {
        for (text, isLoopback) in [
            ("127.0.0.1", true), ("127.255.1.2", true), ("::1", true), ("10.0.0.1", false), ("::", false),
            ("0.0.0.0", false), ("::ffff:10.0.0.1", false), ("128.0.0.1", false),
        ] {
            #expect(Server.isLoopback(try SocketAddress(ipAddress: text, port: 1)) == isLoopback, "\(text)")
        }
    }

    @Test func onlyRootTheDaemonAndConfiguredUsersAdminister() {
        let configured: [UInt32] = [1_234]
        for (userID, may) in [
            (UInt32?(0), true), (CurrentProcess.user, true), (1_234, true), (65_533, false), (nil, false),
        ] {
            #expect(Server.mayAdminister(userID, configured: configured) == may)
        }
    }

    @Test func aSocketLeftBehindIsReplacedAndOneThatAnswersIsNot() throws {
        let path = temporaryPath()
        let endpoint = Endpoint.unix(path: path)
        let listener = ServerConfiguration.Listener(endpoint: endpoint, role: .administration)
        let first = server([listener])
        _ = try first.start()
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let second = server([listener])
        #expect {
            try second.start()
        } throws: { error in
            guard case ServerError.cannotListen(endpoint, .system(let code, _, _)) = error else { return false }
            return code == EADDRINUSE
        }
        try TestClient(endpoint).hello()
        // A dead process's socket: the file is there, nobody listens.
        let copy = path + ".dead"
        let (_, descriptor) = try UnixListenerSocket.listen(path: copy, mode: 0o600, backlog: 1)
        close(descriptor)
        let third = server([.init(endpoint: .unix(path: copy), role: .gateway)])
        _ = try third.start()
        try TestClient(.unix(path: copy)).hello()
        first.stop()
        third.stop()
        #expect(!FileSystem.exists(path) && !FileSystem.exists(copy))
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() throws {
        let path = temporaryPath()
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let endpoint = Endpoint.unix(path: path)
        #expect {
            try server([.init(endpoint: endpoint, role: .gateway)]).start()
        } throws: { error in
            guard case ServerError.cannotListen(endpoint, .system(let code, _, _)) = error else { return false }
            return code == ENOTSOCK
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test func aSocketThatAnotherProcessPutThereIsNotRemovedAtStop() throws {
        let path = temporaryPath()
        let first = server([.init(endpoint: .unix(path: path), role: .gateway)])
        _ = try first.start()
        try FileSystem.remove(path)
        let second = server([.init(endpoint: .unix(path: path), role: .gateway)])
        _ = try second.start()
        first.stop()
        try TestClient(.unix(path: path)).hello()
        second.stop()
    }

    @Test func afterAFailedStartNothingIsListenedOn() throws {
        let path = temporaryPath()
        let failing = server([
            .init(endpoint: .unix(path: path), role: .gateway),
            .init(endpoint: .unix(path: "/nowhere/at/all.sock"), role: .gateway),
        ])
        #expect(throws: ServerError.self) { try failing.start() }
        #expect(!FileSystem.exists(path))
    }

    /// The kernel says who connects. Needs to be root, to become another user, and Python for a client of that user's.
    @Test(.enabled(if: CurrentProcess.user == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func strangersAreRefusedOnTheAdministrationSocket() throws {
        let path = temporaryPath()
        let events = EventList()
        for (configured, isServed) in [([UInt32](), false), ([65_534], true)] {
            let server = Server(
                configuration: ServerConfiguration(
                    listeners: [.init(endpoint: .unix(path: path), role: .administration, fileMode: 0o666)],
                    eventLoopCount: 1,
                    administratorUserIDs: configured
                ),
                identity: TestServer.identity,
                handler: TestHandler(.now),
                report: { events.append($0) }
            )
            _ = try server.start()
            defer { server.stop() }
            let hello = TestClient.helloFrame().map { String($0) }.joined(separator: ",")
            let script = """
                import os, socket
                os.setgid(65534); os.setuid(65534)
                s = socket.socket(socket.AF_UNIX); s.connect("\(path)"); s.sendall(bytes([\(hello)]))
                print(int.from_bytes(s.recv(4096)[26:28], "little"))
                """
            let python = Process()
            python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            python.arguments = ["-c", script]
            let pipe = Pipe()
            python.standardOutput = pipe
            try python.run()
            let answer = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            python.waitUntilExit()
            #expect(answer == "\(isServed ? HelloReply.templateID : Reject.templateID)\n")
        }
        #expect(events.all == [.principalRefused(userID: 65_534)])
    }
}
