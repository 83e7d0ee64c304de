import Foundation
import Testing

/// The house rules that a compiler does not check.
@Suite struct TidyTests {
    /// Which modules each module may import. An arrow only ever points up this list.
    static let allowedImports: [(module: String, imports: Set<String>)] = [
        ("Domain", []),
        ("Checksum", ["CChecksum"]),
        ("Platform", ["CPlatform", "Glibc", "Synchronization"]),
        ("Cryptography", ["COpenSSL"]),
        ("Merkle", ["Cryptography"]),
        ("Rules", ["Domain"]),
        ("Score", ["Cryptography", "Domain"]),
        ("Authorization", ["Domain", "Rules", "Synchronization"]),
        ("Ledger", ["Authorization", "Domain"]),
        ("Wire", ["Checksum", "Domain"]),
        ("Journal", ["Checksum", "Platform", "Synchronization"]),
        ("Audit", ["Cryptography", "Journal", "Merkle", "Platform", "Synchronization"]),
        ("Backup", ["Audit", "Cryptography", "Journal", "Merkle", "Platform"]),
        (
            "Projection",
            [
                "Authorization", "Domain", "Foundation", "GRDB", "GRDBSQLite", "Journal", "Ledger", "Platform",
                "Synchronization",
            ]
        ),
        ("Reexecution", ["Authorization", "Domain", "Journal", "Rules"]),
        ("Archive", ["Checksum", "Platform"]),
        ("Engine", ["Archive", "Authorization", "Domain", "Journal", "Platform", "Rules", "Synchronization"]),
        ("Transport", ["Cryptography", "Domain", "NIOCore", "NIOPosix", "Platform", "Synchronization", "Wire"]),
        ("Client", ["Cryptography", "Domain", "Platform", "Wire"]),
        (
            "Service",
            [
                "Authorization", "Cryptography", "Domain", "Engine", "Histogram", "Journal", "Ledger", "Platform",
                "Projection", "Rules", "Synchronization", "Transport", "Wire",
            ]
        ),
        (
            "assentd",
            [
                "Archive", "ArgumentParser", "Audit", "Backup", "Cryptography", "Domain", "Engine", "Journal",
                "Logging", "Merkle",
                "Platform", "Projection", "Service", "Synchronization", "Transport", "Wire",
            ]
        ),
        (
            "assentctl",
            [
                "ArgumentParser", "Audit", "Authorization", "Backup", "Client", "Cryptography", "Domain", "Journal",
                "Merkle", "Platform", "Rules", "Wire",
            ]
        ),
        (
            "assent-verify",
            ["ArgumentParser", "Audit", "Cryptography", "Journal", "Merkle", "Platform", "Reexecution"]
        ),
        ("assent-train", ["ArgumentParser", "Cryptography", "Domain", "Foundation", "Platform", "Score"]),
        ("protocolgen", ["Foundation", "FoundationXML"]),
    ]

    static let moduleNames = Set(allowedImports.map(\.module))

    @Test func theListOfImportsIsInOrder() {
        for (index, module) in Self.allowedImports.enumerated() {
            let below = Set(Self.allowedImports[..<index].map(\.module))
            #expect(module.imports.intersection(Self.moduleNames).isSubset(of: below), "\(module.module)")
        }
    }

    @Test(arguments: SourceTree.sources.map(\.path))
    func aModuleImportsOnlyWhatLiesBelowIt(path: String) throws {
        let file = try #require(SourceTree.sources.first { $0.path == path })
        let allowed = try #require(Self.allowedImports.first { $0.module == file.module }, "an unknown module").imports
        for line in file.lines {
            var words = line.split(separator: " ").map(String.init)
            while let first = words.first, ["public", "package", "internal", "@preconcurrency"].contains(first) {
                words.removeFirst()
            }
            guard words.count >= 2, words[0] == "import" else { continue }
            #expect(allowed.contains(words[1]), "\(path) imports \(words[1])")
        }
    }

    @Test func filesAreSmallEnoughToRead() {
        for file in SourceTree.sources + SourceTree.tests + SourceTree.loadtest where !file.isGenerated {
            #expect(file.lines.count <= 450, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func functionsAreSmallEnoughToRead() {
        for file in SourceTree.sources + SourceTree.loadtest where !file.isGenerated {
            for (name, lineCount) in functions(in: file) {
                #expect(lineCount <= 80, "\(file.path): \(name) has \(lineCount) lines")
            }
        }
    }

    @Test func nothingInSourcesTrapsOnInputOrPromisesWorkForLater() {
        let banned = [
            "try!", "as!", "fatalError(", "TODO", "FIXME", "XXX", "unowned(unsafe)", "-Ounchecked", "Thread.sleep",
            "InlineArray", "RawSpan",
        ]
        for file in SourceTree.sources + SourceTree.loadtest {
            for (number, line) in file.lines.enumerated() {
                for word in banned where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1) says \(word)")
                }
            }
        }
    }

    @Test func unsafeSharingIsJustified() {
        for file in SourceTree.sources {
            for (number, line) in file.lines.enumerated() where isUnsafeSharing(line) {
                let around = file.lines[max(0, number - 6)..<min(file.lines.count, number + 4)]
                #expect(
                    around.contains { $0.contains("SAFETY") },
                    "\(file.path):\(number + 1) shares without a word on why it is safe"
                )
            }
        }
    }

    /// Each look at a closure behind a lock would leave conversions on it, until a call of it runs out of stack.
    @Test func noClosureLiesBehindALock() {
        let places = SourceTree.sources.flatMap { file in
            file.lines.enumerated().filter { _, line in
                ["Locked<(", "Monitor<(", "Mutex<(", "Locked<@", "Monitor<@", "Mutex<@"].contains { line.contains($0) }
                    && line.contains("->")
            }.map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(places.isEmpty, "put it in a structure: \(places)")
    }

    /// Clients, and the tools that use them, connect. Of the rest only the listener does, to a socket file at its own
    /// path, to find out whether a living daemon answers there. What goes on with connections of an earlier process, or
    /// of the door, takes sockets that are connected already.
    @Test func theDaemonOpensNoConnection() {
        let connecting = ["StreamSocket", "ClientBootstrap", "DatagramBootstrap", "getaddrinfo(", "connect("]
        let mayConnect = ["Client", "assentctl"]
        var found: Set<String> = []
        for file in SourceTree.sources where !mayConnect.contains(file.module) {
            if file.lines.contains(where: { line in connecting.contains { line.contains($0) } }) {
                found.insert(file.path)
            }
        }
        let adopting = "Sources/Transport/LoopState+Door.swift"
        let expected = ["StreamSocket", "StreamSocket+Connect", "UnixListenerSocket"]
        #expect(found == Set(expected.map { "Sources/Platform/\($0).swift" } + [adopting]))
        let calls = SourceTree.sources.first { $0.path == adopting }?.lines.filter { $0.contains("onnect(") } ?? []
        #expect(calls.isEmpty)
    }

    @Test func theDaemonWritesThroughItsLogAlone() {
        let tools = ["assentctl", "protocolgen"]
        for file in SourceTree.sources where !tools.contains(file.module) {
            for (number, line) in file.lines.enumerated() {
                let code = line.drop { $0 == " " }
                let isPrint = code.hasPrefix("print(") || code.contains(" print(") || code.hasPrefix("debugPrint(")
                #expect(!isPrint, "\(file.path):\(number + 1) prints")
            }
        }
    }

    @Test func testFilesAreNamedForTests() {
        for file in SourceTree.tests + SourceTree.loadtest where file.path.contains("Tests/") {
            let hasTests = file.lines.contains { $0.drop { $0 == " " }.hasPrefix("@Test") }
            let isNamed = file.path.hasSuffix("Tests.swift")
            #expect(hasTests == isNamed, "\(file.path) is named as if it had \(isNamed ? "" : "no ")tests")
        }
    }

    @Test func textFilesAreClean() {
        let pages = ["Protocol", "Loadtest"].flatMap { SourceTree.files(below: $0, ending: ".md") }
        let scripts = SourceTree.files(below: ".ci", ending: "") + SourceTree.files(below: "Tests/Fuzz", ending: "run")
        let units = ["systemd", "monitoring", "packaging"].flatMap { SourceTree.files(below: $0, ending: "") }
        let roots = [
            "README.md", "OPERATIONS.md", "CHANGELOG.md", "LICENSE", "Makefile", "Package.swift",
            "Loadtest/Package.swift",
        ]
        for path in roots + (pages + scripts + units).map(\.path) {
            let text = SourceTree.text(path)
            #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"), "\(path) ends in one line end")
            for (number, line) in text.components(separatedBy: "\n").enumerated() {
                let isClean = !line.hasSuffix(" ") && !line.hasSuffix("\t") && !line.contains("\r")
                #expect(isClean, "\(path):\(number + 1) has blanks at its end")
            }
        }
    }

    @Test func testsDoNotSleep() {
        let sleeping = ["sleep" + "(", ".sleep" + "(for"]
        let tests = SourceTree.tests + SourceTree.loadtest.filter { $0.path.contains("/Tests/") }
        for file in tests where file.module != "TidyTests" {
            for (number, line) in file.lines.enumerated() {
                for word in sleeping where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1) sleeps")
                }
            }
        }
    }

    @Test func linesFitTheColumn() {
        for file in SourceTree.sources + SourceTree.tests + SourceTree.loadtest where !file.isGenerated {
            for (number, line) in file.lines.enumerated() {
                #expect(line.count <= 120, "\(file.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test func theRepositoryNamesNoPathOfAMachine() {
        let banned = ["/" + "work/", "../" + "shared", "/" + "root/"]
        let texts = [
            "README.md", "OPERATIONS.md", "CHANGELOG.md", "Makefile", "Package.swift", ".ci/run", ".gitignore",
        ]
        let roots = texts.map {
            SourceTree.File(path: $0, lines: SourceTree.text($0).components(separatedBy: "\n"))
        }
        let folders = ["Protocol", "Loadtest", "Sources", "Tests", ".ci", "systemd", "monitoring", "packaging"]
        for file in roots + folders.flatMap({ SourceTree.files(below: $0, ending: "") }) {
            for (number, line) in file.lines.enumerated() {
                for word in banned where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1) names \(word)")
                }
            }
        }
    }

    private func isUnsafeSharing(_ line: String) -> Bool {
        ["@unchecked Sendable", "nonisolated(unsafe)", "unsafeBitCast("].contains { line.contains($0) }
    }

    /// Functions with their length, found by the indentation that the formatter guarantees.
    private func functions(in file: SourceTree.File) -> [(name: String, lineCount: Int)] {
        var found: [(String, Int)] = []
        for (number, line) in file.lines.enumerated() {
            let code = line.drop { $0 == " " }
            let words = code.split(separator: " ").prefix(6)
            guard words.contains("func") || code.hasPrefix("init") || code.contains(" init(") else { continue }
            let indentation = String(repeating: " ", count: line.count - code.count)
            guard let end = file.lines[number...].firstIndex(where: { $0 == indentation + "}" }) else { continue }
            let name = code.prefix { $0 != "{" }
            if !file.lines[number...end].dropFirst().contains(where: {
                $0.hasPrefix(indentation) && isDeclaration($0, indentation)
            }) {
                found.append((String(name), end - number + 1))
            }
        }
        return found
    }

    private func isDeclaration(_ line: String, _ indentation: String) -> Bool {
        let rest = line.dropFirst(indentation.count)
        return !rest.hasPrefix(" ") && rest.contains("func ")
    }
}
