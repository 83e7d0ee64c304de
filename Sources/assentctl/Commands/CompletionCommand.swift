import ArgumentParser
import Platform

/// `assentctl completion`.
struct CompletionCommand: ParsableCommand {
    /// The shells there are scripts for.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a completion script for a shell.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ source <(assentctl completion bash)
              $ assentctl completion zsh > ~/.zfunc/_assentctl
              $ assentctl completion fish > ~/.config/fish/completions/assentctl.fish
            """
        )
    )

    @Argument(help: "The shell: bash, zsh or fish.") var shell: Shell

    func run() throws {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        do throws(StreamError) {
            try StandardStream.write(Assentctl.completionScript(for: kind) + "\n", to: .output)
        } catch {
            throw CommandFailure(error)
        }
    }
}
