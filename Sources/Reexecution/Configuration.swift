import Authorization
import Domain
import Rules

/// The configuration in force, from nothing but its records: settings, rules and lists.
struct Configuration: ~Copyable {
    private(set) var policy = Policy(PolicySettings(), version: .zero)
    private var settings = PolicySettings()
    private var rules = RuleBook()
    private var lists = ListBook()

    /// A key was set.
    mutating func apply(_ event: ConfigurationChanged, lsn: LogSequenceNumber) throws(ReexecutionError) {
        var changed = settings
        do throws(PolicyError) {
            try changed.set(key: event.key, value: event.value)
            try changed.checkCurrencies(after: settings)
        } catch {
            throw ReexecutionError(lsn: lsn, finding: .impossible("\(error)"))
        }
        changed.stampCounters(lsn)
        settings = changed
        try compile(lsn)
    }

    /// A rule was added or moved.
    mutating func apply(_ event: RuleChanged, lsn: LogSequenceNumber) throws(ReexecutionError) {
        do throws(EventError) { try rules.apply(event, lsn: lsn) } catch {
            throw ReexecutionError(lsn: lsn, finding: .impossible("\(error)"))
        }
        try compile(lsn)
    }

    /// A list was changed; rules that ask it need not be compiled again.
    mutating func apply(_ event: ListChanged, lsn: LogSequenceNumber) throws(ReexecutionError) {
        do throws(EventError) { try lists.apply(event, lsn: lsn) } catch {
            throw ReexecutionError(lsn: lsn, finding: .impossible("\(error)"))
        }
        _ = lists.takeGarbage()
    }

    private mutating func compile(_ lsn: LogSequenceNumber) throws(ReexecutionError) {
        do throws(RuleSetError) {
            let compiled = try CompiledRules(rules, settings: settings, lists: lists.directory)
            policy = Policy(settings, rules: compiled.count == 0 ? nil : compiled, version: lsn)
        } catch {
            throw ReexecutionError(lsn: lsn, finding: .impossible(error.message))
        }
    }
}
