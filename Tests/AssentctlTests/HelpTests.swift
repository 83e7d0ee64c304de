import ArgumentParser
import Domain
import Foundation
import Testing

@testable import assentctl

@Suite struct HelpTests {
    /// Every command, with the way to it.
    private func commands(
        _ root: any ParsableCommand.Type = Assentctl.self
    ) -> [any ParsableCommand.Type] {
        [root] + root.configuration.subcommands.flatMap { commands($0) }
    }

    @Test func everyCommandHasAnExampleAndFitsEightyColumns() {
        let all = commands()
        #expect(all.count > 25)
        for command in all {
            let name = command.configuration.commandName ?? ""
            #expect(command.configuration.discussion.contains("EXAMPLES\n"), "\(name) has no example")
            #expect(!command.configuration.abstract.isEmpty)
            for line in command.configuration.discussion.split(separator: "\n") where line.hasPrefix(" ") {
                #expect(String(line).displayWidth <= 79, "\(name): \(line)")
            }
        }
    }

    /// The commands that stand behind $ in a text, as a shell would split them, without what it redirects.
    private func examples(in text: String) -> [[String]] {
        let joined = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .reduce(into: [""]) { lines, line in
                let isGoingOn = lines[lines.count - 1].hasSuffix("\\")
                if isGoingOn {
                    lines[lines.count - 1] = lines[lines.count - 1].dropLast() + line
                } else {
                    lines.append(line)
                }
            }
        return joined.compactMap { line in
            guard let start = line.range(of: "$ assentctl ") else { return nil }
            let command = line[start.upperBound...].split(separator: ">").first ?? ""
            return command.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap {
                index,
                part in
                index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
            }
        }
    }

    @Test func theParserTakesEveryExampleOfTheAuditLog() throws {
        let all = commands(AuditCommand.self).flatMap { examples(in: $0.configuration.discussion) }
        #expect(all.count > 10)
        for arguments in all { #expect(throws: Never.self, "\(arguments)") { try Assentctl.parseAsRoot(arguments) } }
    }

    @Test func longCommandsAreBrokenAsAShellTakesThem() {
        let line = "  $ assentctl " + String(repeating: "--option value ", count: 8) + "end"
        let lines = HelpText.laidOut(line).split(separator: "\n")
        #expect(lines.count > 1)
        #expect(lines.dropLast().allSatisfy { $0.hasSuffix(" \\") && $0.count <= 78 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("      ") })
    }

    @Test(arguments: [
        (["card", "lst"], "Did you mean: assentctl card list"),
        (["config", "block", "ad"], "Did you mean: assentctl config block add"),
        (["statsu"], "Did you mean: assentctl status"), (["xyzzyxyzzy"], "There are: card, "),
    ])
    func aMistypedCommandIsAnsweredWithTheNearest(arguments: [String], hint: String) throws {
        let failure = try #require(throws: CommandFailure.self) {
            try CommandSuggestion.check(arguments, root: Assentctl.self)
        }
        #expect(failure.status == .usage)
        #expect(failure.hints.first?.hasPrefix(hint) == true)
    }

    @Test(arguments: [
        ["card", "list"], ["card", "show", "nonsense"], ["-o", "json", "card", "lst"], [], ["help", "card"],
    ])
    func whatMayBeRightIsLeftToTheParser(arguments: [String]) throws {
        try CommandSuggestion.check(arguments, root: Assentctl.self)
    }

    @Test(arguments: ["not-activated", "notActivated", "NOT ACTIVATED", "not_activated"])
    func wordsAreTakenInEitherForm(text: String) {
        #expect(Choice<CardStatus>(argument: text)?.value == .notActivated)
        #expect(Choice<CardStatus>(argument: "activated") == nil)
        #expect(Choice<RequestKind>(argument: "verify")?.value == .accountVerification)
    }

    @Test func theTimeOfARequestIsThatWithinItsID() throws {
        let options = try RequestOptions.parse(["--request-id", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"])
        #expect(try options.resolved().time == Instant("2022-02-22T19:22:22.000Z"))
        let other = try RequestOptions.parse(["--request-id", "0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b"])
        #expect(throws: CommandFailure.self) { try other.resolved() }
        let zero = try RequestOptions.parse(["--request-id", "00000000-0000-0000-0000-000000000000"])
        #expect(throws: CommandFailure.self) { try zero.resolved() }
    }
}
