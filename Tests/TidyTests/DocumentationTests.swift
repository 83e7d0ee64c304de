import Foundation
import Testing

/// README, CHANGELOG and Makefile say what the code says.
@Suite struct DocumentationTests {
    private let readme = SourceTree.text("README.md")

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

    @Test(arguments: ["assentd", "assentctl"])
    func theExitStatusTableIsThatOfTheProgram(program: String) throws {
        let file = try #require(
            SourceTree.sources.first { $0.module == program && $0.path.hasSuffix("/ExitStatus.swift") }
        )
        let actual = file.lines.compactMap { $0.wholeMatch(of: #/ {4}case \w+ = (\d+)/#) }.map { String($0.1) }
        #expect(actual.count >= 8)
        let section = readme.components(separatedBy: "### Exit status of \(program)\n")
        try #require(section.count == 2)
        let documented = table(header: "| status | meaning |", in: section[1]).map { $0[0] }
        #expect(documented == actual)
    }

    @Test func readmeAndMakefileNameTheSameTargets() {
        let makefile = SourceTree.text("Makefile")
        let targets = Set(makefile.matches(of: #/(?:^|\n)([a-z-]+):[^\n]*## /#).map { String($0.1) })
        let phony = makefile.firstMatch(of: /\n\.PHONY: ([^\n]+)/)?.1.split(separator: " ").map(String.init) ?? []
        #expect(Set(phony) == targets, "every target is phony and has a line of help")
        // At the start of a word of code: "make" is also an English verb.
        let pages = ["README.md", "CHANGELOG.md", "Loadtest/README.md", "Protocol/README.md"].map(SourceTree.text)
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
            + ["README.md", "CHANGELOG.md"].map {
                SourceTree.File(path: $0, lines: SourceTree.text($0).components(separatedBy: "\n"))
            }
        for page in pages {
            let folder = SourceTree.root.appending(path: page.path).deletingLastPathComponent()
            for match in page.lines.joined(separator: "\n").matches(of: /\]\(([^)#\s]*)(#[^)\s]*)?\)/) {
                let target = String(match.1)
                guard !target.isEmpty, !target.contains("://") else { continue }
                let path = folder.appending(path: target).path
                #expect(FileManager.default.fileExists(atPath: path), "\(page.path) links to \(target)")
            }
        }
    }

    @Test func theChangelogBeginsWithTheVersionOfThePrograms() throws {
        let versions = SourceTree.sources.filter { $0.path.hasSuffix("/ProductVersion.swift") }.map {
            $0.lines.joined().firstMatch(of: /productVersion = "([0-9.]+)"/).map { String($0.1) } ?? ""
        }
        #expect(versions.count == 3)
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

    /// What stands between backticks.
    private func code(_ text: String) -> [String] { text.matches(of: /`([^`]+)`/).map { String($0.1) } }
}
