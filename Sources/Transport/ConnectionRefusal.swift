internal import Wire

/// Why a connection is not let in, or not on.
enum ConnectionRefusal: Error, Equatable {
    /// All places of its kind are taken.
    case isFull(SocketRole, limit: Int)
    /// Whoever it is counted for has as many as it may.
    case holdsEnough(ConnectionHolder, limit: Int)
    /// Its peer's user may not use this socket.
    case notPermitted(userID: UInt32?)

    /// What its peer is to wait before it tries again, where that helps.
    static let retryMicroseconds: UInt32 = 1_000_000

    /// What it counts as.
    var cause: ConnectionRefusalCause {
        switch self {
        case .isFull: .total
        case .holdsEnough(.principal, _): .principal
        case .holdsEnough(.user, _), .holdsEnough(.operator, _): .user
        case .holdsEnough(.address, _): .address
        case .notPermitted: .notPermitted
        }
    }

    /// What an operator may want to read of it.
    var event: TransportEvent {
        switch self {
        case .isFull(let role, let limit): .connectionLimitReached(role: role, limit: limit)
        case .holdsEnough(let holder, let limit): .holderLimitReached(holder, limit: limit)
        case .notPermitted(let userID): .principalRefused(userID: userID)
        }
    }

    /// What its peer is told.
    var code: RejectCode {
        switch self {
        case .isFull, .holdsEnough: .busy
        case .notPermitted: .principalNotPermitted
        }
    }

    /// The same in words.
    var detail: String {
        switch self {
        case .isFull(_, let limit): "all \(limit) connections of this kind are taken; try again later"
        case .holdsEnough(let holder, let limit):
            "\(holder) has as many connections as it may, \(limit); close one, or try again later"
        case .notPermitted(let userID):
            "\(userID.map { "user id \($0)" } ?? "an unnamed user") may not use this socket"
        }
    }

    /// The same as a message.
    ///
    /// - Parameter templateID: What it answers; 0 for nothing.
    func reject(answering templateID: UInt16 = 0) -> Reject {
        Reject(
            code: code,
            templateID: templateID,
            retryAfterMicroseconds: code == .busy ? Self.retryMicroseconds : 0,
            detail: detail
        )
    }
}
