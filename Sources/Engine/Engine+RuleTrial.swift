public import Authorization
public import Domain
import Journal
import Platform
import Rules

/// What a condition would have matched.
public struct RuleTrialReport: Sendable {
    /// What it matched in one currency.
    public struct Sum: Sendable {
        /// The currency of the requests.
        public let currency: Currency
        /// How many requests.
        public internal(set) var matchCount: UInt64
        /// What they asked for, in minor units.
        public internal(set) var asked: Int64
        /// What of it was approved.
        public internal(set) var approved: Int64
    }

    /// How many requests were looked at.
    public internal(set) var lookedCount: UInt64 = 0
    /// How many the condition is true of.
    public internal(set) var matchCount: UInt64 = 0
    /// How many of those were approved.
    public internal(set) var approvedCount: UInt64 = 0
    /// For how many it has no value.
    public internal(set) var errorCount: UInt64 = 0
    /// The oldest and the newest record that was looked at; zero for none.
    public internal(set) var records: (first: LogSequenceNumber, last: LogSequenceNumber) = (.zero, .zero)
    /// The money of what it matches, in the order of the currencies.
    public internal(set) var sums: [Sum] = []
    /// The newest that it matches.
    public internal(set) var payments: [(event: AuthorizationEvent, lsn: LogSequenceNumber)] = []
    /// The most that the condition costs, in the units of `Program.cost`.
    public internal(set) var cost = 0

    mutating func take(_ event: AuthorizationEvent, _ lsn: LogSequenceNumber, _ answer: RuleTrial.Answer, listed: Int) {
        lookedCount += 1
        records = (lsn, records.last == .zero ? lsn : records.last)
        switch answer {
        case .doesNotMatch: return
        case .hasNoValue: errorCount += 1
        case .matches:
            matchCount += 1
            if event.decision.outcome != .declined { approvedCount += 1 }
            if payments.count < listed { payments.append((event, lsn)) }
            guard let currency = event.request.currency, event.request.kind.hasAmount else { return }
            let (asked, approved) = (event.request.amount, event.decision.approvedAmount)
            sums.add(Sum(currency: currency, matchCount: 1, asked: asked, approved: approved))
        }
    }
}

extension RuleTrialReport.Sum: CurrencySum {
    package mutating func add(_ other: Self) {
        matchCount += other.matchCount
        asked.addSaturating(other.asked)
        approved.addSaturating(other.approved)
    }
}

extension Engine {
    /// Which condition shall be tried.
    public enum TriedCondition: Sendable {
        /// This one.
        case text(String)
        /// That of the newest version of a rule.
        case rule(String)
    }

    /// Tries a condition against recorded requests, newest first, with what their decisions saw.
    ///
    /// - Parameters:
    ///   - lsn: this record alone; `nil`: the newest `countMax` ones.
    ///   - listedMax: how many matches are listed.
    ///   - now: lists are asked as they are now, and their entries by this time.
    /// - Returns: `nil` where the record is no request.
    /// - Throws: `Refusal.rule`, when the condition is not right; `EngineError` as a result, when a record cannot be
    ///   read.
    /// - Complexity: O(records), from disk or the page cache; not for an event loop.
    public func tryRule(
        _ condition: TriedCondition,
        lsn: LogSequenceNumber?,
        countMax: Int,
        listedMax: Int,
        now: Instant
    ) throws(Refusal) -> Result<RuleTrialReport?, EngineError> {
        let (versions, book, settings, lists) = state.administration.withLock {
            ($0.versions, $0.book, $0.current.settings, $0.lists.directory)
        }
        let source: String
        switch condition {
        case .text(let text): source = text
        case .rule(let name):
            guard let version = book.entry(named: name)?.versions.last else {
                throw .rule(book.unknown(name))
            }
            source = version.text.condition
        }
        var trial: RuleTrial
        do throws(RuleSetError) {
            trial = try RuleTrial(source, settings: settings, lists: lists)
        } catch {
            throw .rule(.rule(error))
        }
        do throws(EngineError) {
            var look = TrialLook(
                versions: versions,
                state: trial.asksLists ? state : nil,
                now: now,
                listedMax: listedMax
            )
            look.report.cost = trial.cost
            if let lsn {
                guard case .authorization(let event, _) = try storedRecord(lsn) else { return .success(nil) }
                look.take(event, lsn, &trial)
            } else if countMax > 0 {
                try scan(countMax: countMax) { event, lsn in look.take(event, lsn, &trial) }
            }
            return .success(look.report)
        } catch {
            return .failure(error)
        }
    }

    private func scan(
        countMax: Int,
        _ body: (AuthorizationEvent, LogSequenceNumber) -> Void
    ) throws(EngineError) {
        var failure: EngineError?
        var count = 0
        do throws(JournalError) {
            try journal.scanBackward(before: .max) { record in
                guard record.kind == EventKind.authorization.rawValue else { return .proceed }
                let lsn = LogSequenceNumber(rawValue: record.lsn)
                do throws(EventError) {
                    body(try AuthorizationEvent(decoding: record.payload), lsn)
                } catch {
                    failure = .unreadableRecord(lsn: lsn, kind: record.kind, detail: "\(error)")
                    return .stop
                }
                count += 1
                return count < countMax ? .proceed : .stop
            }
        } catch {
            throw .journal(error)
        }
        if let failure { throw failure }
    }
}

/// A look at records, each under the settings of its time.
private struct TrialLook {
    /// A policy that several records in a row were decided by.
    private final class Held {
        let policy: Policy

        init(_ policy: consuming Policy) { self.policy = policy }
    }

    var report = RuleTrialReport()
    private let versions: [Administration.Version]
    /// Where lists are asked, whose lock they need.
    private let state: EngineState?
    private let now: Instant
    private let listedMax: Int
    private var held: Held?

    init(versions: [Administration.Version], state: EngineState?, now: Instant, listedMax: Int) {
        self.versions = versions
        self.state = state
        self.now = now
        self.listedMax = listedMax
    }

    mutating func take(_ event: AuthorizationEvent, _ lsn: LogSequenceNumber, _ trial: inout RuleTrial) {
        let version = event.observation.policyVersion
        var current = held
        if current?.policy.version != version {
            let settings = versions.last { $0.lsn == version }?.settings ?? PolicySettings()
            current = Held(Policy(settings, rules: trial.rules, version: version))
            held = current
        }
        guard let current else { return }
        var event = event
        let answer =
            if let state {
                state.administration.withLock { _ in trial.answer(to: &event, now: now, policy: current.policy) }
            } else {
                trial.answer(to: &event, now: now, policy: current.policy)
            }
        report.take(event, lsn, answer, listed: listedMax)
    }
}
