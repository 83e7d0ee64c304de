import Authorization
import Domain
import Rules

/// What changes only by command: the configuration with its past, the order in which cards were made, and principals.
struct Administration: ~Copyable {
    /// A configuration and the record that set it; zero stands for the defaults of the program.
    struct Version {
        let lsn: LogSequenceNumber
        let settings: PolicySettings
        /// What was changed by the record; `nil` for the defaults.
        let change: Change?
    }

    /// What a record changed.
    enum Change {
        /// One key was set.
        case setting(key: String, value: String)
        /// Something about a rule.
        case rule(RuleChanged)
    }

    /// Where a card's data is.
    struct CardPlace {
        let shard: UInt32
        let slot: UInt32
    }

    /// Every configuration that was ever in force, oldest first: a decision is explained by its own.
    var versions: [Version]
    /// The rules, evaluated or not.
    private(set) var book = RuleBook()
    /// What is on the lists.
    var lists = ListBook()
    /// The compiled configuration in force. Every card shard holds this pointer too.
    private(set) var policy: UnsafeMutablePointer<Policy>
    /// What rules matched before they were compiled anew, since the process started.
    private(set) var ruleTallies: [RuleReference: RuleTally] = [:]
    /// The cards in the order of their creation.
    var cardPlaces: [CardPlace] = []
    /// Of each account whose card was replaced, the card that stands for it now. Follows from the cards.
    var presentCards: [CardToken: CardToken] = [:]
    /// Who may ask things.
    var principals = PrincipalTable()

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

    /// The rules as of a version, made of all changes up to it.
    ///
    /// - Complexity: O(changes of rules).
    static func book(as of: LogSequenceNumber, _ versions: [Version]) -> RuleBook {
        var past = RuleBook()
        for version in versions where version.lsn <= of {
            guard case .rule(let event) = version.change else { continue }
            do throws(EventError) {
                try past.apply(event, lsn: version.lsn)
            } catch {
                preconditionFailure("a change that was applied before")
            }
        }
        return past
    }

    /// Takes over a change of settings that a record made, without putting it in force.
    mutating func append(_ settings: PolicySettings, setting key: String, to value: String, at lsn: LogSequenceNumber) {
        var settings = settings
        settings.stampCounters(lsn)
        versions.append(Version(lsn: lsn, settings: settings, change: .setting(key: key, value: value)))
    }

    /// Takes over a change of the rules that a record made, without putting it in force.
    ///
    /// - Throws: `EventError`, when the book does not allow it.
    mutating func append(_ event: RuleChanged, at lsn: LogSequenceNumber) throws(EventError) {
        try book.apply(event, lsn: lsn)
        versions.append(Version(lsn: lsn, settings: current.settings, change: .rule(event)))
    }

    /// Puts a policy in force, that of the newest version.
    ///
    /// - Returns: the policy that was in force, for the caller to free once no shard points to it.
    mutating func activate(_ compiled: consuming Policy) -> UnsafeMutablePointer<Policy> {
        let previous = policy
        policy = .allocate(capacity: 1)
        policy.initialize(to: compiled)
        return previous
    }

    /// The newest version's configuration, compiled.
    ///
    /// - Throws: `RuleSetError`, when the rules can not be under the newest settings.
    func compiled() throws(RuleSetError) -> Policy {
        let rules = try Self.compile(
            book,
            under: current.settings,
            lists: lists.directory,
            inForce: policy.pointee.rules
        )
        return Policy(current.settings, rules: rules, version: current.lsn)
    }

    /// Compiles the rules of a book.
    ///
    /// - Parameter inForce: what is taken again where it would be the same.
    /// - Returns: `nil` where no rule is evaluated.
    static func compile(
        _ book: RuleBook,
        under settings: PolicySettings,
        lists: ListDirectory,
        inForce: CompiledRules?
    ) throws(RuleSetError) -> CompiledRules? {
        if let inForce, inForce.isMade(of: book, under: settings, lists: lists) { return inForce }
        let compiled = try CompiledRules(book, settings: settings, lists: lists)
        return compiled.count == 0 ? nil : compiled
    }

    /// Keeps what rules matched in a shard.
    mutating func keep(_ tally: RuleTally, of rule: RuleReference) {
        ruleTallies[rule, default: RuleTally()].add(tally)
    }
}
