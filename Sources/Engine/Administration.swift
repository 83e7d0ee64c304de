import Authorization
import Domain

/// What changes only by command: the configuration with its past, and the order in which cards were made.
struct Administration: ~Copyable {
    /// A configuration and the record that set it; zero stands for the defaults of the program.
    struct Version {
        let lsn: LogSequenceNumber
        let settings: PolicySettings
        /// What was set by the record; `nil` for the defaults.
        let change: Change?
    }

    /// One key that was set.
    struct Change {
        let key: String
        let value: String
    }

    /// Where a card's data is.
    struct CardPlace {
        let shard: UInt32
        let slot: UInt32
    }

    /// Every configuration that was ever in force, oldest first: a decision is explained by its own.
    var versions: [Version]
    /// The compiled configuration in force. Every card shard holds this pointer too.
    private(set) var policy: UnsafeMutablePointer<Policy>
    /// The cards in the order of their creation.
    var cardPlaces: [CardPlace] = []
    /// Of each account whose card was replaced, the card that stands for it now. Follows from the cards.
    var presentCards: [CardToken: CardToken] = [:]

    init() {
        let settings = PolicySettings()
        versions = [Version(lsn: .zero, settings: settings, change: nil)]
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
    mutating func activate(
        _ settings: PolicySettings,
        by change: Change,
        at lsn: LogSequenceNumber
    ) -> UnsafeMutablePointer<Policy> {
        let previous = policy
        versions.append(Version(lsn: lsn, settings: settings, change: change))
        compile()
        return previous
    }

    /// Puts the newest version in force, when several were added at once.
    ///
    /// - Returns: as for `activate`.
    mutating func activateNewest() -> UnsafeMutablePointer<Policy> {
        let previous = policy
        compile()
        return previous
    }

    private mutating func compile() {
        policy = .allocate(capacity: 1)
        policy.initialize(to: Policy(current.settings, version: current.lsn))
    }
}
