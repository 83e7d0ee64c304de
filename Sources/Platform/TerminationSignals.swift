internal import Glibc

/// The signals that ask a daemon to stop, taken by one thread that waits for them instead of by a handler.
public enum TerminationSignals {
    /// Which signal came.
    public enum Received: Sendable {
        /// SIGTERM: the service manager asks.
        case terminate
        /// SIGINT: somebody pressed Ctrl-C.
        case interrupt
    }

    /// Keeps SIGTERM and SIGINT for `wait()`, and turns SIGPIPE and SIGXFSZ into errors of the write: where a file may
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

    /// Sleeps until one of the two arrives.
    public static func wait() -> Received {
        var set = Self.set
        while true {
            var number: Int32 = 0
            let code = sigwait(&set, &number)
            precondition(code == 0 || code == EINTR, "these signals can be waited for")
            if code == 0 { return number == SIGINT ? .interrupt : .terminate }
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
