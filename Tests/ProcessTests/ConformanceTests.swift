import Client
import Domain
import Testing
import Wire

/// The clients that live beside the specification, held against it and against the real daemon by `assent-conformance`.
///
/// Without `python3`, `openssl` and a C compiler these tests fail.
@Suite(.timeLimit(.minutes(20))) struct ConformanceTests {
    /// How a client is driven; the one in C is compiled for it, under sanitizers.
    enum Driver: String, CaseIterable {
        case c, python, swift

        func command(_ directory: TestDirectory) throws -> [String] {
            let clients = "\(Place.repository)/Protocol/clients"
            switch self {
            case .python: return ["python3", "\(clients)/python/driver.py"]
            case .swift: return [try Place.program("client-driver")]
            case .c:
                let build = "import sys; sys.path.insert(0, sys.argv[1]); import build; build.build(*sys.argv[2:])"
                let program = "\(directory.path)/driver"
                try succeed("python3", ["-c", build, "\(clients)/c/tests", program, "tests/driver.c"])
                return ["\(directory.path)/driver"]
            }
        }
    }

    private static let program = "\(Place.repository)/Protocol/conformance/assent-conformance"

    @Test(arguments: Driver.allCases)
    func aClientKeepsTheSpecificationAndIsExecutedOnceBehindANetworkThatCuts(_ driver: Driver) async throws {
        try await onOwnThread {
            let directory = try TestDirectory()
            let command = try ["--"] + driver.command(directory)
            try succeed(Self.program, ["client"] + command)
            let daemon = try AssentdRun(small: directory.path).ready()
            let sockets = ["unix:\(directory.path)/a.sock", "unix:\(directory.path)/g.sock"]
            try succeed(Self.program, ["live"] + sockets + command)
            #expect(daemon.stop() == 0)
        }
    }
}

extension ConformanceTests {
    @Test(arguments: Driver.allCases)
    func anExampleGatewayAsksADaemon(_ language: Driver) async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 5_000), CardCreateReply.self)
            let clients = "\(Place.repository)/Protocol/clients"
            let directory = try TestDirectory()
            let gateway: String
            switch language {
            case .python: gateway = "python3 \(clients)/python/gateway.py"
            case .swift: gateway = try Place.program("example-gateway")
            case .c:
                gateway = "\(directory.path)/gateway"
                try succeed("cc", ["-o", gateway, "\(clients)/c/gateway.c", "\(clients)/c/assent.c"])
            }
            let lines = "\(card) 1250 EUR\\n\(card) 3751 EUR\\n"
            let process = try ChildProcess("sh", ["-c", "printf '\(lines)' | \(gateway) \(try daemon.tcp)"])
            #expect(try process.waitForEnd(withinSeconds: 600) == .exited(0))
            let answers = process.lines(.output).map { $0.split(separator: " ").prefix(2) }
            #expect(answers == [["00", "approved"], ["51", "declined"]], "\(process.report)")
            try daemon.stop()
        }
    }
}

/// Runs a program, and tells what it said where it fails.
private func succeed(_ program: String, _ arguments: [String]) throws {
    let process = try ChildProcess(program, arguments)
    #expect(try process.waitForEnd(withinSeconds: 900) == .exited(0), "\(process.report)")
}
