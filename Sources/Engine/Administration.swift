import Authorization
import Domain

/// What changes only by command: the configuration with its past, and the order in which cards were made.
struct Administration: ~Copyable {
    /// A configuration and the record that set it; zero stands for the defaults of the program.
    struct Version {
        let lsn: LogSequenceNumber
        let settings: PolicySettings
    }

    /// Where a card's data is.
    struct CardPlace {
        let shard: UInt32
        let slot: UInt32
    }

    /// Every configuration that was ever in force, oldest first: a decision is explained by its own.
    private(set) var versions: [Version]
    /// The compiled configuration in force. Every card shard holds this pointer too.
    private(set) var policy: UnsafeMutablePointer<Policy>
    /// The cards in the order of their creation.
    var cardPlaces: [CardPlace] = []

    init() {
        let settings = PolicySettings()
        versions = [Version(lsn: .zero, settings: settings)]
        policy = .allocate(capacity: 1)
        policy.initialize(to: Policy(settings, version: .zero))
    }

    deinit {
        policy.deinitialize(count: 1)
        policy.deallocate()
    }

    /// The settings in force.
    var current: Version { versions[versions.count - 1] }

    /// The settings that a decision of this version was made by.
    func version(_ lsn: LogSequenceNumber) -> Version? { versions.last { $0.lsn == lsn } }

    /// Puts new settings in force.
    ///
    /// - Returns: the policy that was in force, for the caller to free once no shard points to it.
    mutating func activate(_ settings: PolicySettings, at lsn: LogSequenceNumber) -> UnsafeMutablePointer<Policy> {
        let previous = policy
        versions.append(Version(lsn: lsn, settings: settings))
        policy = .allocate(capacity: 1)
        policy.initialize(to: Policy(settings, version: lsn))
        return previous
    }
}
