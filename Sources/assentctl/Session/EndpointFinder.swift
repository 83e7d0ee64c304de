import Client
import Platform

/// Finds the daemon.
enum EndpointFinder {
    /// Where daemons listen for operators when nothing is said of it, in order.
    ///
    /// - Parameter dataDirectory: That of the one that is meant, where that is said.
    static func candidates(dataDirectory: String? = nil, environment: (String) -> String?) -> [String] {
        var paths = ["./assent-data/admin.sock"]
        if let dataDirectory {
            let own = dataDirectory + (dataDirectory.hasSuffix("/") ? "" : "/") + "admin.sock"
            // Written so that it is known for one below the current directory.
            let isHere = !own.hasPrefix("/") && !own.hasPrefix("./") && !own.hasPrefix("../")
            paths = [isHere ? "./" + own : own] + paths.filter { $0 != own && $0 != "./" + own }
        }
        if let runtime = environment("XDG_RUNTIME_DIR"), !runtime.isEmpty {
            paths.append(runtime + "/assent/admin.sock")
        }
        return paths + ["/run/assent/admin.sock"]
    }

    /// Reads `--connect`; a path stands for a Unix socket.
    static func endpoint(_ text: String) throws(CommandFailure) -> Endpoint {
        let isPath = text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../")
        guard let endpoint = Endpoint(isPath ? "unix:" + text : text) else {
            throw CommandFailure(
                .usage,
                "--connect \(text): not an endpoint",
                hints: ["Write unix:PATH (at most 107 bytes), tcp:HOST:PORT or tls:HOST:PORT."]
            )
        }
        return endpoint
    }

    /// A connected client: at the endpoint given, else at the first candidate that answers.
    ///
    /// Whoever can write to the current directory can put a socket there, so that one must be a trusted user's.
    static func connect(
        _ given: String?,
        candidates: [String],
        options: ClientOptions,
        trustedUsers: Set<UInt32> = [0, CurrentProcess.user]
    ) throws(CommandFailure) -> Client {
        if let given {
            var client = Client(try endpoint(given), options: options)
            do throws(ClientError) {
                _ = try client.connect()
            } catch {
                throw CommandFailure(error)
            }
            return client
        }
        var tried: [String] = []
        var denied: CommandFailure?
        for path in candidates {
            guard let endpoint = Endpoint("unix:" + path) else {
                tried.append("\(path): too long for a socket's path")
                continue
            }
            var options = options
            if !path.hasPrefix("/") { options.connection.trustedUsers = trustedUsers }
            var client = Client(endpoint, options: options)
            do throws(ClientError) {
                _ = try client.connect()
                return client
            } catch {
                let failure = CommandFailure(error)
                switch error {
                case .untrusted: throw failure
                case .unreachable(_, let reason): tried.append("\(path): \(reason)")
                default: tried.append("\(path): \(error)")
                }
                if failure.status == .notPermitted { denied = denied ?? failure }
            }
        }
        if let denied { throw denied }
        throw CommandFailure(
            .unavailable,
            "no daemon found",
            hints: ["Tried:"] + tried.map { "  " + $0 } + ["Say where it listens: --connect unix:PATH"]
        )
    }
}
