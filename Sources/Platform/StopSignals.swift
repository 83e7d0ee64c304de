internal import Glibc
internal import Synchronization

/// Notes SIGINT, SIGTERM and SIGHUP instead of dying by them, so that a command can put the terminal right first.
///
/// The handler only stores a number, which signal-safety(7) allows; `poll` and `nanosleep` end early by it.
public enum StopSignals {
    private static let received = Atomic<Int32>(0)

    /// Takes over the signals, SIGWINCH too: it interrupts waiting and is otherwise of no effect.
    public static func take() {
        // The first use of a global initialises it, which a handler must not do.
        received.store(0, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGWINCH] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                if number != SIGWINCH { StopSignals.received.store(number, ordering: .relaxed) }
            }
            _ = sigaction(number, &action, nil)
        }
    }

    /// The last of them that came; `nil` for none.
    public static var last: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}
