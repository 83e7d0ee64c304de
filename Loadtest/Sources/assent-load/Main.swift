import ArgumentParser
import Glibc
import LoadDriver
import LoadReport

@main
struct AssentLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assent-load",
        abstract: "Puts load on an assentd, measures it, and holds every answer and balance against a model.",
        discussion: """
            saturate, run and race put it on a daemon that is there, with cards that they make, or with --daemon on \
            one of their own; the other commands start their own, on a fresh directory that goes with it.

            EXIT STATUS
              0   all is well
              1   the daemon is wrong: a wrong cent, a lost answer, a missed floor
              2   the measurement is invalid: a late generator, refused requests
              64  wrong usage
            """,
        version: "assent-load \(productVersion)",
        subcommands: [
            SaturateCommand.self, RunCommand.self, RaceCommand.self, DemoCommand.self, ReplayCommand.self,
            BenchCommand.self, OverloadCommand.self, StartCommand.self, GrowthCommand.self, ProjectionCommand.self,
            TLSCommand.self, ReceiptsCommand.self, HostileCommand.self, CompareCommand.self,
        ]
    )
}

/// Ends the process by a verdict.
func finish(_ verdict: RunReport.Verdict) throws {
    if verdict != .valid { throw ExitCode(verdict.exitStatus) }
}
