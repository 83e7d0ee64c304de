internal import Glibc

/// The signals that a daemon is sent, taken by one thread that waits for them instead of by a handler.
public enum TerminationSignals {
    /// Which signal came.
    public enum Received: Sendable {
        /// SIGTERM: the service manager asks.
        case terminate
        /// SIGINT: somebody pressed Ctrl-C.
        case interrupt
        /// SIGHUP: a terminal has gone, or somebody hopes for a reload.
        case hangUp
        /// SIGUSR1.
        case user1
        /// SIGUSR2.
        case user2

        /// As in signal(7).
        public var name: String {
            switch self {
            case .terminate: "SIGTERM"
            case .interrupt: "SIGINT"
            case .hangUp: "SIGHUP"
            case .user1: "SIGUSR1"
            case .user2: "SIGUSR2"
            }
        }

        /// Whether it asks the daemon to stop.
        public var isStop: Bool {
            switch self {
            case .terminate, .interrupt: true
            case .hangUp, .user1, .user2: false
            }
        }

        init(number: Int32) {
            self =
                switch number {
                case SIGINT: .interrupt
                case SIGHUP: .hangUp
                case SIGUSR1: .user1
                case SIGUSR2: .user2
                default: .terminate
                }
        }
    }

    /// Keeps these signals for `wait()`, and turns SIGPIPE and SIGXFSZ into errors of the write: where a file may
    /// not grow (RLIMIT_FSIZE), the daemon must end with a word on why, not by a signal.
    ///
    /// Call it first in `main`: threads inherit the mask, and a thread that existed before could still take a signal.
    public static func block() {
        var set = Self.set
        let code = pthread_sigmask(SIG_BLOCK, &set, nil)
        precondition(code == 0, "these signals can be blocked")
        ignoreBrokenPipes()
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Turns SIGPIPE into an error of the write (EPIPE).
    public static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Sleeps until one of them arrives.
    public static func wait() -> Received {
        var set = Self.set
        while true {
            var number: Int32 = 0
            let code = sigwait(&set, &number)
            precondition(code == 0 || code == EINTR, "these signals can be waited for")
            if code == 0 { return Received(number: number) }
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2] { sigaddset(&set, number) }
        return set
    }
}
