internal import Platform

/// How a client connects and how often it tries.
public struct ClientOptions: Sendable {
    /// How each connection is opened.
    public var connection: ConnectionOptions
    /// How often one request is tried in all; at least 1.
    public var attemptCountMax: Int
    /// How long to wait between attempts.
    public var backoff: Backoff
    /// Waits so many milliseconds; tests put something else here.
    public var pause: @Sendable (Int64) -> Void

    /// Five attempts, unless said otherwise.
    public init(
        connection: ConnectionOptions = ConnectionOptions(),
        attemptCountMax: Int = 5,
        backoff: Backoff = Backoff(),
        pause: (@Sendable (Int64) -> Void)? = nil
    ) {
        precondition(attemptCountMax >= 1, "a request is tried at least once")
        self.connection = connection
        self.attemptCountMax = attemptCountMax
        self.backoff = backoff
        self.pause = pause ?? { Pause.milliseconds($0) }
    }
}
