internal import NIOCore
internal import Wire

/// Whom a connection is counted for: whoever is known best of those behind it.
///
/// A connection over TCP is its address's until a certificate or a signature says whose it is, and that principal's
/// from then on, so that gateways behind one address have room of their own once they are known.
public enum ConnectionHolder: Hashable, Sendable, CustomStringConvertible {
    /// A principal, by its name, which is never given twice.
    case principal(String)
    /// A user of this machine who is no principal.
    case user(UInt32)
    /// A user of this machine, on an administration socket.
    case `operator`(UInt32)
    /// Where it comes from, while nobody knows more.
    case address(ConnectionOrigin)

    /// - Returns: `nil` where nothing is known of the peer, since it has gone already.
    init?(_ role: SocketRole, _ principal: PrincipalState?, userID: UInt32?, origin: ConnectionOrigin?) {
        if role == .administration {
            guard let userID else { return nil }
            self = .operator(userID)
        } else if let principal {
            self = .principal(principal.name)
        } else if let userID {
            self = .user(userID)
        } else if let origin {
            self = .address(origin)
        } else {
            return nil
        }
    }

    /// For people.
    public var description: String {
        switch self {
        case .principal(let name): "the principal \"\(name)\""
        case .user(let id): "user id \(id)"
        case .operator(let id): "the operator with user id \(id)"
        case .address(let origin): "\(origin)"
        }
    }
}
