import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct CLIOutputTests {
    @Test func coloursComeOnlyOnATerminalAndNotAgainstNoColor() throws {
        let daemon = try CLIDaemon()
        _ = try daemon.makeCard("--last-four", "4242")
        let command = "script -qec \"$CTL --connect \(daemon.admin) card show 4242\" /dev/null"
        let escape = "\u{1B}[32mactive"
        #expect(try shell(command, environment: ["TERM": "xterm"]).output.contains(escape))
        #expect(!(try shell(command, environment: ["TERM": "xterm", "NO_COLOR": "1"]).output.contains("\u{1B}")))
        #expect(!(try shell(command, environment: ["TERM": "dumb"]).output.contains("\u{1B}")))
        #expect(!(try daemon.ctl("card", "show", "4242").output.contains("\u{1B}")))
        #expect(try daemon.ctl("card", "show", "4242", "--color", "always").output.contains(escape))
    }

    @Test func aTableFitsTheTerminal() throws {
        let daemon = try CLIDaemon()
        _ = try daemon.makeCard()
        let result = try shell(
            "script -qec \"stty cols 84; $CTL --connect \(daemon.admin) card list\" /dev/null",
            environment: ["TERM": "xterm", "NO_COLOR": "1"]
        )
        let lines = result.output.split(whereSeparator: \.isNewline)
        #expect(lines.allSatisfy { $0.count <= 84 }, "\(result.output)")
        #expect(result.output.contains("(too narrow for: "))
    }

    @Test func aReaderThatLeavesIsNoError() throws {
        let daemon = try CLIDaemon()
        _ = try daemon.ctl("card", "create", "--limit", "5 EUR", "--count", "3000", "-q")
        for prefix in ["", "trap '' PIPE; "] {
            let result = try shell(
                "\(prefix)\"$CTL\" --connect \(daemon.admin) card list --all -o csv | head -2 | wc -l"
            )
            #expect(result.output.filter(\.isNumber) == "2")
            #expect(result.errors.isEmpty)
        }
    }

    @Test func aFullDiskIsReported() throws {
        let daemon = try CLIDaemon()
        let result = try shell("\"$CTL\" --connect \(daemon.admin) status > /dev/full; echo $?")
        #expect(result.output == "74\n")
        #expect(result.errors.contains("No space left on device"))
    }

    @Test func cardNumbersAreRefusedAndNotRepeated() throws {
        for arguments in [["card", "show", "4111 1111 1111 1111"], ["authorize", "--card=4111111111111111"]] {
            let result = try assentctl(arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains("card number"))
            #expect(!result.errors.contains("1111"))
        }
    }

    @Test func completionScriptsAreMade() throws {
        for shellName in ["bash", "zsh", "fish"] {
            let script = try assentctl(["completion", shellName])
            #expect(script.status == 0)
            for word in ["authorize", "payment", "unfreeze", "transaction-limit"] {
                #expect(script.output.contains(word), "\(shellName) lacks \(word)")
            }
        }
        let checked = try shell("\"$CTL\" completion bash | bash -n && echo good")
        #expect(checked.output == "good\n")
        #expect(try assentctl(["completion", "tcsh"]).status == 64)
    }

    @Test func helpAndVersionNeedNoDaemon() throws {
        #expect(try assentctl(["version"]).output.hasPrefix("assentctl "))
        #expect(try assentctl(["--version"]).output.hasPrefix("assentctl "))
        let help = try assentctl(["--help"])
        #expect(help.status == 0)
        for status in [0, 1, 64, 65, 66, 69, 70, 74, 75, 76, 77] {
            #expect(help.output.contains("\n  \(status)"), "--help does not explain \(status)")
        }
        let mistyped = try assentctl(["card", "lst"])
        #expect(mistyped.status == 64)
        #expect(mistyped.errors.contains("Did you mean: assentctl card list"))
    }

    @Test func globalOptionsStandBeforeOrAfterTheCommand() throws {
        let daemon = try CLIDaemon()
        let before = try assentctl(["--connect", daemon.admin, "-o", "json", "digest"])
        let after = try assentctl(["digest", "--connect", daemon.admin, "-o", "json"])
        #expect(before.status == 0)
        #expect(before.output == after.output)
    }
}
