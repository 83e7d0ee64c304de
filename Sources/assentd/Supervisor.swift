import Logging
import Platform

/// What the daemon tells the service manager that started it; without one, nothing.
struct Supervisor: Sendable {
    private let manager: ServiceManager?
    private let logger: Logger

    init(_ manager: ServiceManager?, logger: Logger) {
        self.manager = manager
        self.logger = logger
    }

    /// Whether there is a service manager.
    var isThere: Bool { manager != nil }

    /// How often it wants a sign of life, in microseconds; `nil` for never.
    var watchdogMicroseconds: UInt64? { manager?.watchdogMicroseconds }

    /// Everything is up.
    func ready(_ status: String) {
        say { manager throws(PlatformError) in try manager.notify(.ready, .status(status)) }
    }

    /// A reload begins; `ready` ends it.
    func reloading() {
        let now = Clock.monotonicNanoseconds() / 1_000
        say { manager throws(PlatformError) in
            try manager.notify(.reloading(atMicroseconds: now), .status("reloading the configuration"))
        }
    }

    /// The end begins.
    func stopping(_ status: String) {
        say { manager throws(PlatformError) in try manager.notify(.stopping, .status(status)) }
    }

    /// A line for people.
    func status(_ status: String) { say { manager throws(PlatformError) in try manager.notify(.status(status)) } }

    /// Alive, with a line for people.
    func alive(_ status: String) {
        say { manager throws(PlatformError) in try manager.notify(.watchdog, .status(status)) }
    }

    /// It takes longer, with a line for people.
    func extend(byMicroseconds microseconds: UInt64, _ status: String) {
        say { manager throws(PlatformError) in
            try manager.notify(.extendTimeout(microseconds: microseconds), .status(status))
        }
    }

    /// Leaves a descriptor with the service manager for the next process; returns when it has it.
    func store(_ descriptor: Int32, as name: String) throws(PlatformError) {
        guard let manager else { return }
        try manager.notify(.store(name: name), descriptors: [descriptor])
        try manager.barrier(timeoutMilliseconds: 5_000)
    }

    /// Has the service manager forget what was left.
    func removeStored(_ name: String) {
        say { manager throws(PlatformError) in try manager.notify(.removeStored(name: name)) }
    }

    /// A service manager that does not listen is its own trouble, but somebody should hear of it.
    private func say(_ body: (ServiceManager) throws(PlatformError) -> Void) {
        guard let manager else { return }
        do throws(PlatformError) {
            try body(manager)
        } catch {
            logger.warning("the service manager could not be told", metadata: ["cause": "\(error)"])
        }
    }
}
