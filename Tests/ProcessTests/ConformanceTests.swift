import Testing

/// The clients that live beside the specification, held against it and against the real daemon by `assent-conformance`.
///
/// Without `python3`, `openssl` and a C compiler these tests fail.
@Suite(.timeLimit(.minutes(20))) struct ConformanceTests {
    /// How a client is driven; the one in C is compiled for it, under sanitizers.
    enum Driver: String, CaseIterable {
        case c, python

        func command(_ directory: TestDirectory) throws -> [String] {
            let clients = "\(Place.repository)/Protocol/clients"
            switch self {
            case .python: return ["python3", "\(clients)/python/driver.py"]
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
    func aClientKeepsTheSpecificationWhateverAServerDoes(_ driver: Driver) async throws {
        try await onOwnThread {
            let directory = try TestDirectory()
            try succeed(Self.program, ["client", "--"] + driver.command(directory))
        }
    }

    @Test(arguments: Driver.allCases)
    func aClientIsExecutedOnceByARealDaemonBehindANetworkThatCuts(_ driver: Driver) async throws {
        try await onOwnThread {
            let directory = try TestDirectory()
            let daemon = try AssentdRun(small: directory.path).ready()
            let sockets = ["unix:\(directory.path)/a.sock", "unix:\(directory.path)/g.sock"]
            try succeed(Self.program, ["live"] + sockets + ["--"] + driver.command(directory))
            #expect(daemon.stop() == 0)
        }
    }
}

/// Runs a program, and tells what it said where it fails.
private func succeed(_ program: String, _ arguments: [String]) throws {
    let process = try ChildProcess(program, arguments)
    #expect(try process.waitForEnd(withinSeconds: 900) == .exited(0), "\(process.report)")
}
