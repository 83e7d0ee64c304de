public import Domain

/// What an operator asks to be done to a list.
public struct ListCommand: Sendable, Equatable {
    /// The client's name for this request.
    public var requestID: RequestID
    /// The Unix user who asks.
    public var actor: UInt32
    /// When the client sent it, by its clock.
    public var transmissionTime: Instant
    /// The list's name.
    public var name: String
    /// Why.
    public var reason: String
    /// What should be done.
    public var action: Action

    /// Joins the fields.
    public init(
        requestID: RequestID,
        actor: UInt32,
        transmissionTime: Instant,
        name: String,
        reason: String,
        action: Action
    ) {
        self.requestID = requestID
        self.actor = actor
        self.transmissionTime = transmissionTime
        self.name = name
        self.reason = reason
        self.action = action
    }

    /// One of the things that can be done.
    public enum Action: Sendable, Equatable {
        /// Make the list.
        case create(ListText)
        /// Delete it, with all that is on it.
        case delete
        /// Put values on it: all or none. What is there already gets the new times and reason.
        case add([ListItem])
        /// Take values from it; what is not there is passed over.
        case remove([String])
    }
}

/// Why a command on a list was refused; nothing has changed then.
public enum ListCommandError: Error, Sendable, Equatable {
    /// There is no list of the name; `nearest` is the one that looks most like it.
    case unknownList(name: String, nearest: String?)
    /// There is one.
    case exists(name: String)
    /// A field is not right, in words that say what would be.
    case invalid(String)
    /// A value or its times are not right; which one, from 1.
    case invalidEntry(Int, String)
    /// A rule that is evaluated reads it.
    case readByRule(name: String, rule: String)
    /// One more would be above a limit.
    case limit(String)
}

extension ListCommandError: CustomStringConvertible {
    /// One sentence for the person who asked.
    public var description: String {
        switch self {
        case .unknownList(let name, let nearest):
            "there is no list '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .exists(let name): "there is a list '\(name)' already"
        case .invalid(let problem): problem
        case .invalidEntry(let place, let problem): "entry \(place): \(problem)"
        case .readByRule(let name, let rule):
            "rule '\(rule)' reads list '\(name)'; disable it first: assentctl rule disable \(rule) --retire"
        case .limit(let problem): problem
        }
    }
}
