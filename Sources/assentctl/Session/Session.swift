import Client
import Domain
import Platform
import Wire

/// What a command works with: a client that is connected, and where to print.
struct Session: ~Copyable {
    var client: Client
    let output: Output

    /// Sends one request that only reads.
    mutating func ask<Reply: WireMessage>(
        _ request: some WireMessage,
        _ reply: Reply.Type
    ) throws(CommandFailure) -> Reply {
        do throws(ClientError) {
            return try client.call(request, returning: reply)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Sends one request that changes something; when its outcome stays unknown, the failure says with which options
    /// to repeat it.
    mutating func tell<Reply: WireMessage>(
        _ request: some WireMessage,
        _ reply: Reply.Type,
        id: RequestID,
        token: CardToken? = nil
    ) throws(CommandFailure) -> Reply {
        do throws(ClientError) {
            return try client.call(request, returning: reply)
        } catch {
            let options = "--request-id \(id)" + (token.map { " --token \($0)" } ?? "")
            throw CommandFailure(error, goingOn: CommandFailure.goingOn(options))
        }
    }

    /// Prints, and says by its exit status when that fails.
    func print(_ body: (Output) throws(StreamError) -> Void) throws(CommandFailure) {
        do throws(StreamError) {
            try body(output)
        } catch {
            throw CommandFailure(error)
        }
    }
}
