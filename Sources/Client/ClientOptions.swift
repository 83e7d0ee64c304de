internal import Platform

/// How a client connects and how often it tries.
public struct ClientOptions: Sendable {
    /// How each connection is opened.
    public var connection: ConnectionOptions
    /// How often one request is tried in all; at least 1. It does not count where there is a `limitMilliseconds`.
    public var attemptCountMax: Int
    /// How long after it was asked a request is tried, whether or not anybody listens; `nil` to count attempts.
    public var limitMilliseconds: Int64?
    /// How long to wait between attempts.
    public var backoff: Backoff
    /// Waits so many milliseconds; tests put something else here.
    public var pause: @Sendable (Int64) -> Void

    /// Five attempts, unless said otherwise.
    public init(
        connection: ConnectionOptions = ConnectionOptions(),
        attemptCountMax: Int = 5,
        limitMilliseconds: Int64? = nil,
        backoff: Backoff = Backoff(),
        pause: (@Sendable (Int64) -> Void)? = nil
    ) {
        precondition(attemptCountMax >= 1, "a request is tried at least once")
        precondition(limitMilliseconds.map { $0 > 0 } ?? true, "a request has some time")
        self.connection = connection
        self.attemptCountMax = attemptCountMax
        self.limitMilliseconds = limitMilliseconds
        self.backoff = backoff
        self.pause = pause ?? { Pause.milliseconds($0) }
    }
}
