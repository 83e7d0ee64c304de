import ArgumentParser
import Platform

/// `assentctl version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the version of assentctl.",
        discussion: "The daemon's version is in `assentctl status`.\n\nEXAMPLES\n  $ assentctl version"
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run() throws {
        do throws(StreamError) {
            try options.sink.emit([Field("version", productVersion)]) { _ in "assentctl \(productVersion)\n" }
        } catch {
            throw CommandFailure(error)
        }
    }
}
