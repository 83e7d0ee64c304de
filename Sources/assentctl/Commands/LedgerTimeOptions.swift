import ArgumentParser
import Domain
import Platform

/// As of when a question about the ledger is.
struct LedgerTimeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Count records up to this one; else all.", valueName: "record")) var asOf: UInt64?
    @Option(help: DayText.help) var on: DayText?

    mutating func validate() throws {
        guard asOf != 0 else { throw ValidationError("records are numbered from 1") }
    }

    /// The record, 0 for the newest.
    var lsn: LogSequenceNumber { LogSequenceNumber(rawValue: asOf ?? 0) }

    /// What the answer has to have at least.
    var atLeast: LogSequenceNumber { asOf.map { LogSequenceNumber(rawValue: $0) } ?? Freshness.newest }

    /// Days after 1970-01-01.
    var day: Int64? { on.map { $0.day(now: Instant(microseconds: Clock.now())) } }

    /// Whether an answer is as far as was asked.
    func isAnswered(by freshness: Freshness) -> Bool { asOf.map { freshness.asOf.rawValue >= $0 } ?? true }
}
