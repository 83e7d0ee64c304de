import Foundation
import Testing

/// README, the operators' guide, CHANGELOG and Makefile say what the code says.
@Suite struct DocumentationTests {
    private let readme = SourceTree.text("README.md")
    private let guide = SourceTree.text("OPERATIONS.md")

    @Test func everyTestThatTheReadmeNamesExists() throws {
        let named = readme.matches(of: /`(\w+Tests)\/(\w+)`/)
        #expect(named.count >= 8, "the promises name their tests")
        for test in named {
            let file = (SourceTree.tests + SourceTree.loadtest).first { $0.path.hasSuffix("/\(test.1).swift") }
            guard let file else {
                Issue.record("there is no \(test.1)")
                continue
            }
            #expect(file.lines.contains { $0.contains("func \(test.2)(") }, "\(test.1) has no \(test.2)")
        }
    }

    @Test func theModuleTableHasEveryModuleWithItsImports() throws {
        let rows = table(header: "| module | what it is | imports |")
        let documented = rows.map { Cells(name: code($0[0]).first ?? "", texts: code($0[2])) }
        let actual = TidyTests.allowedImports.map { module in
            Cells(name: module.module, texts: module.imports.intersection(TidyTests.moduleNames).sorted())
        }
        #expect(documented == actual)
    }

    @Test func theSettingsTableHasEverySettingWithItsDefault() throws {
        let names = try #require(SourceTree.sources.first { $0.path == "Sources/assentd/Setting.swift" })
        let table = try #require(SourceTree.sources.first { $0.path == "Sources/assentd/Setting+Table.swift" })
        let text = table.lines.joined(separator: "\n")
        let start = try #require(text.range(of: "var defaultText"))
        let end = try #require(text.range(of: "var defaultNumber"))
        var defaults: [String: String] = [:]
        for match in text[start.upperBound..<end.lowerBound].matches(of: /case ([^:]+): "([^"]*)"/) {
            for name in match.1.split(separator: ",") {
                defaults[String(name.drop { $0 == " " || $0 == "." })] = String(match.2)
            }
        }
        let settings = names.lines.prefix { !$0.contains("enum Kind") }
            .compactMap { $0.wholeMatch(of: #/ {4}case (\w+)(?: = "([^"]+)")?/#) }
            .map { Cells(name: "--\($0.2 ?? $0.1)", texts: [defaults[String($0.1)] ?? "no default"]) }
        #expect(settings.count > 20)
        let documented = self.table(header: "| option | default | |").map {
            Cells(name: code($0[0]).first ?? "", texts: [$0[1]])
        }
        #expect(documented == settings)
    }

    @Test func thePolicyTableHasEveryKey() throws {
        let settings = try #require(SourceTree.sources.first { $0.path.hasSuffix("/PolicySettings.swift") })
        let forms = settings.lines.joined().split(separator: "keyForms = [").last?.prefix { $0 != "]" } ?? ""
        let keys = forms.matches(of: /"([^"]+)"/).flatMap { $0.1.split(separator: " to ").map(String.init) }
        #expect(keys.count > 8)
        let documented = table(header: "| key | default | takes |").flatMap { code($0[0]) }
        for key in keys { #expect(documented.contains(key), "\(key) is not in the README") }
        // velocity.2 stands for those between the ends.
        for key in documented where key != "velocity.2" { #expect(keys.contains(key), "\(key) is not a key") }
    }

    @Test func theDecisionTableHasEveryDeclineWithItsCode() throws {
        let reasons = try #require(SourceTree.sources.first { $0.path == "Sources/Domain/Reason.swift" })
        let parts = reasons.lines.joined(separator: "\n").components(separatedBy: "public var ")
        func words(of property: String) -> [String: String] {
            guard let part = parts.first(where: { $0.hasPrefix(property + ":") }) else { return [:] }
            var words: [String: String] = [:]
            for match in part.matches(of: /case ((?:\.\w+,?\s*)+):\s+"?([^"\n]+)/) {
                for name in match.1.matches(of: /\w+/) { words[String(name.0)] = String(match.2) }
            }
            return words
        }
        let texts = words(of: "text")
        let codes = words(of: "responseCode")
        let retries = words(of: "retryClass")
        let retryWords = [".never": "never", ".later": "later", ".afterFix": "after a fix"]
        let expected = texts.filter { codes[$0.key] != "00" && codes[$0.key] != "10" }
            .map { "\($0.value) \(codes[$0.key] ?? "?") \(retryWords[retries[$0.key] ?? ""] ?? "?")" }
        #expect(expected.count > 12)
        let documented = table(header: "| check | fails when | reason | response code (DE39) | try again |")
            .map { "\($0[2]) \($0[3]) \($0[4])" }
        #expect(documented.sorted() == expected.sorted())
    }

    @Test(arguments: [
        ("assentd", "Sources/assentd/ExitStatus.swift", [String]()),
        ("assentctl", "Sources/assentctl/Session/ExitStatus.swift", []),
        ("assent-verify", "Sources/assent-verify/Failure.swift", ["0"]),
        // That of a wrong command line is the argument parser's.
        ("assent-load", "Loadtest/Sources/LoadDriver/RunReport.swift", ["64"]),
    ])
    func theExitStatusTableIsThatOfTheProgram(program: String, path: String, besides: [String]) throws {
        let file = try #require((SourceTree.sources + SourceTree.loadtest).first { $0.path == path })
        let actual = file.lines.compactMap { $0.wholeMatch(of: #/ {4,12}case \.?\w+(?: =|:) (\d+)/#) }.map {
            String($0.1)
        }
        #expect(actual.count >= 3)
        let section = guide.components(separatedBy: "### Exit status of \(program)\n")
        try #require(section.count == 2)
        let documented = table(header: "| status | meaning |", in: section[1]).map { $0[0] }
        #expect(documented == (actual + besides).sorted { Int($0) ?? 0 < Int($1) ?? 0 })
    }

    @Test(arguments: ["assentd.service", "assentd@.service"])
    func systemdLeavesToPeopleWhatTheGuideSays(unit: String) throws {
        let words = try #require(guide.firstMatch(of: /after ([0-9, and]+) a\sperson has to/)).1
        let left = try #require(SourceTree.text("systemd/\(unit)").firstMatch(of: /RestartPreventExitStatus=(.+)/)).1
        #expect(left.split(separator: " ") == words.matches(of: /\d+/).map(\.0))
    }

    @Test func theGuideSaysWhatToDoAtEveryAlert() throws {
        let rules = SourceTree.text("monitoring/alerts.yml").components(separatedBy: "- alert: ").dropFirst()
        let alerts = try rules.map { rule in
            let severity = try #require(rule.firstMatch(of: /severity: (\w+)/)).1
            return "\(rule.prefix { $0 != "\n" }): \(severity)"
        }
        #expect(alerts.count > 10)
        let entries = guide.matches(of: /\n### (Assent\w+)\n\n\*(\w+)\.\* (.+)\n/)
        #expect(entries.map { "\($0.1): \($0.2)" } == alerts, "each has its entry, in the same order")
        for entry in entries { #expect(entry.3.count > 40, "\(entry.1) is explained") }
    }

    @Test func thePackagesHaveTheVersionAndNameWhatIsLinkedIn() throws {
        let changelog = SourceTree.text("packaging/debian/changelog")
        let newest = try #require(SourceTree.text("CHANGELOG.md").firstMatch(of: /\n## \[([0-9.]+)\]/)).1
        #expect(changelog.hasPrefix("assent (\(newest)-"))
        let copyright = SourceTree.text("packaging/debian/copyright")
        let resolved = ["Package.resolved", "Loadtest/Package.resolved"].map(SourceTree.text).joined()
        let locations = resolved.matches(of: /"location" : "[^"]*\/([^"\/]+)"/)
        #expect(locations.count >= 9)
        for location in locations {
            let name = location.1.replacing(".git", with: "")
            #expect(copyright.contains("/\(name)/*"), "the copyright file says nothing of \(name)")
        }
    }

    @Test func readmeAndMakefileNameTheSameTargets() {
        let makefile = SourceTree.text("Makefile")
        let targets = Set(makefile.matches(of: #/(?:^|\n)([a-z-]+):[^\n]*## /#).map { String($0.1) })
        let phony = makefile.firstMatch(of: /\n\.PHONY: ([^\n]+)/)?.1.split(separator: " ").map(String.init) ?? []
        #expect(Set(phony) == targets, "every target is phony and has a line of help")
        // At the start of a word of code: "make" is also an English verb.
        let pages = ["README.md", "OPERATIONS.md", "CHANGELOG.md", "Loadtest/README.md", "Protocol/README.md"]
            .map(SourceTree.text)
        for page in pages {
            for match in page.matches(of: /(?:`|\n {4})make ([a-z-]+)/) {
                #expect(targets.contains(String(match.1)), "make \(match.1) is not a target")
            }
        }
        for target in ["demo", "test", "bench", "replay", "fuzz", "generate", "format", "lint", "release"] {
            #expect(readme.contains("make \(target)"), "the README does not name make \(target)")
        }
    }

    @Test func linksLeadSomewhere() {
        let pages =
            SourceTree.files(below: "Protocol", ending: ".md") + SourceTree.files(below: "Loadtest", ending: ".md")
            + ["README.md", "OPERATIONS.md", "CHANGELOG.md"].map {
                SourceTree.File(path: $0, lines: SourceTree.text($0).components(separatedBy: "\n"))
            }
        for page in pages {
            let folder = SourceTree.root.appending(path: page.path).deletingLastPathComponent()
            for match in page.lines.joined(separator: "\n").matches(of: /\]\(([^)#\s]*)(#[^)\s]*)?\)/) {
                let target = String(match.1)
                guard !target.contains("://") else { continue }
                let path = target.isEmpty ? SourceTree.root.appending(path: page.path) : folder.appending(path: target)
                #expect(FileManager.default.fileExists(atPath: path.path), "\(page.path) links to \(target)")
                guard let chapter = match.2, path.pathExtension == "md" else { continue }
                let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
                #expect(chapters(text).contains(String(chapter)), "\(page.path) links to \(target)\(chapter)")
            }
        }
    }

    @Test func theChangelogBeginsWithTheVersionOfThePrograms() throws {
        let versions = (SourceTree.sources + SourceTree.loadtest).filter { $0.path.hasSuffix("/ProductVersion.swift") }
            .map {
                $0.lines.joined().firstMatch(of: /productVersion = "([0-9.]+)"/).map { String($0.1) } ?? ""
            }
        #expect(versions.count == 5)
        let changelog = SourceTree.text("CHANGELOG.md")
        let newest = try #require(changelog.firstMatch(of: /\n## \[([0-9.]+)\]/)).1
        for version in versions { #expect(version == newest) }
    }

    /// A row's first cell and what its others say.
    private struct Cells: Equatable {
        let name: String
        let texts: [String]
    }

    /// The cells of a table's rows.
    private func table(header: String, in text: String? = nil) -> [[String]] {
        (text ?? readme).components(separatedBy: "\n").drop { $0 != header }.dropFirst(2).prefix { $0.hasPrefix("|") }
            .map { row in
                row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                    .map { $0.trimmingCharacters(in: .whitespaces) }
            }
    }

    /// What links to a page's chapters end in: their titles without capitals and signs, as GitHub makes them.
    private func chapters(_ page: String) -> Set<String> {
        let titles = page.matches(of: /(?:^|\n)#+ ([^\n]+)/).map { $0.1.lowercased() }
        return Set(
            titles.map { title in
                "#" + title.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
            }
        )
    }

    /// What stands between backticks.
    private func code(_ text: String) -> [String] { text.matches(of: /`([^`]+)`/).map { String($0.1) } }
}
