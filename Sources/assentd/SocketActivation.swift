import Platform
import Transport
import Wire

/// What the service manager has passed to this process: listeners by the names of their units' roles, and what an
/// earlier process has left.
struct SocketActivation {
    /// Why what was passed cannot be used. The daemon's unit and its socket units do not fit together, so it ends with
    /// status 78.
    enum Failure: Error, Equatable, CustomStringConvertible {
        case environment(PassedSockets.Failure)
        case unknownName(String)
        case notSocket(name: String, PlatformError)
        case wrongKind(name: String, expected: String, found: String)

        var description: String {
            switch self {
            case .environment(let failure): "\(failure)"
            case .unknownName(let name):
                "a socket named \"\(name)\" was passed: FileDescriptorName= of a socket unit must be one of "
                    + Role.allCases.map(\.rawValue).joined(separator: ", ")
            case .notSocket(let name, let error): "the passed socket \"\(name)\" cannot be used: \(error)"
            case .wrongKind(let name, let expected, let found):
                "the passed socket \"\(name)\" is \(found): it must be \(expected)"
            }
        }
    }

    /// The names, each for one role.
    enum Role: String, CaseIterable {
        case gatewayTCP = "gateway-tcp"
        case gatewayTLS = "gateway-tls"
        case gatewayUnix = "gateway-unix"
        case admin
        case metrics

        /// What its sockets must be.
        var families: [SocketFacts.Family] {
            switch self {
            case .gatewayTCP, .gatewayTLS: [.tcp]
            case .gatewayUnix, .admin: [.unix]
            case .metrics: [.unix, .tcp]
            }
        }

        /// The same for people.
        var expected: String {
            switch self {
            case .gatewayTCP, .gatewayTLS: "a listening TCP socket (ListenStream=ADDRESS:PORT)"
            case .gatewayUnix, .admin: "a listening Unix stream socket (ListenStream=/PATH)"
            case .metrics: "a listening stream socket (ListenStream=)"
            }
        }

        /// The protocol's role; nil where another protocol is spoken.
        var serves: SocketRole? {
            switch self {
            case .gatewayTCP, .gatewayTLS, .gatewayUnix: .gateway
            case .admin: .administration
            case .metrics: nil
            }
        }
    }

    /// The name under which connections are stored between two processes.
    static let connectionsName = "assent-connections"

    /// Listeners, in the order in which they were passed.
    private(set) var listeners: [ServerConfiguration.Listener] = []
    /// Listeners for whoever watches.
    private(set) var metrics: [(endpoint: Endpoint, descriptor: Int32)] = []
    /// What earlier processes have stored.
    private(set) var carriers: [Int32] = []

    /// Nothing was passed.
    init() {}

    /// Looks at each passed socket.
    init(_ passed: [PassedSockets.Passed]) throws(Failure) {
        for socket in passed {
            if socket.name == Self.connectionsName {
                carriers.append(socket.descriptor)
                continue
            }
            guard let role = Role(rawValue: socket.name) else { throw .unknownName(socket.name) }
            let facts: SocketFacts
            do throws(PlatformError) {
                facts = try SocketFacts(ofSocket: socket.descriptor)
            } catch {
                throw .notSocket(name: socket.name, error)
            }
            guard facts.isListening, role.families.contains(facts.family), let endpoint = facts.endpoint else {
                throw .wrongKind(name: socket.name, expected: role.expected, found: Self.words(for: facts))
            }
            if let serves = role.serves {
                listeners.append(
                    .init(
                        endpoint: endpoint,
                        role: serves,
                        isSealed: role == .gatewayTLS,
                        passedDescriptor: socket.descriptor
                    )
                )
            } else {
                metrics.append((endpoint, socket.descriptor))
            }
        }
    }

    /// What was passed to this process.
    static func find() throws(Failure) -> SocketActivation {
        let passed: [PassedSockets.Passed]
        do throws(PassedSockets.Failure) { passed = try PassedSockets.find() } catch { throw .environment(error) }
        return try SocketActivation(passed)
    }

    private static func words(for facts: SocketFacts) -> String {
        let family =
            switch facts.family {
            case .tcp: "a TCP or UDP socket"
            case .unix: "a Unix socket"
            case .other: "a socket of another family"
            }
        return facts.isListening ? "\(family) that listens" : "\(family) that no connection is accepted from"
    }
}
