public import Archive
public import Authorization
public import Domain
public import Journal
public import Platform

/// Why an engine cannot start on a data directory.
public enum EngineError: Error, Sendable {
    /// The options cannot be used; the text says what would be right.
    case options(String)
    /// The journal cannot be opened or is damaged.
    case journal(JournalError)
    /// A record in the journal is whole, and is not one that this version can read.
    case unreadableRecord(lsn: LogSequenceNumber, kind: UInt16, detail: String)
    /// The kernel has no memory for the tables that the options ask for.
    case memory(PlatformError)
    /// The directory keeps time otherwise than asked.
    case clockMismatch(directoryIsSimulated: Bool)
    /// Deciding a recorded request again gave another answer.
    indirect case decisionDiffers(lsn: LogSequenceNumber, recorded: Decision, now: Decision)
    /// Deciding a recorded message of a payment's life again gave another answer, or moved other amounts.
    indirect case eventDiffers(lsn: LogSequenceNumber, recorded: LifecycleDecision, now: LifecycleDecision)
    /// The journal's oldest segments were removed, and none of the snapshots can take their place.
    case noUsableSnapshot(problems: [String])
    /// The archive of closed payments cannot be opened; it may be deleted, and comes back from the journal.
    case archive(ArchiveError)
    /// The snapshot was made with an archive, and there is no place for one.
    case archiveNeeded(snapshot: LogSequenceNumber)
    /// The directory holds more than the options allow.
    case limitReached(lsn: LogSequenceNumber, detail: String)
}

extension EngineError: CustomStringConvertible {
    /// What was found and what to do.
    public var description: String {
        switch self {
        case .options(let text): text
        case .journal(let error): "\(error)"
        case .memory(let error): "\(error)"
        case .unreadableRecord(let lsn, let kind, let detail):
            "record \(lsn) of kind \(kind) cannot be read: \(detail); it was written by another version of assentd"
        case .clockMismatch(let simulated):
            simulated
                ? "this data directory was made with the simulated clock and can never serve real traffic; "
                    + "start with --simulated-clock to replay into it, or use another directory"
                : "this data directory serves real traffic; a simulated clock needs a directory of its own"
        case .decisionDiffers(let lsn, let recorded, let now):
            "record \(lsn) holds \(recorded), and deciding it again gives \(now); "
                + "the journal was changed, or this version decides otherwise"
        case .eventDiffers(let lsn, let recorded, let now):
            "record \(lsn) holds \(recorded), and deciding it again gives \(now); "
                + "the journal was changed, or this version decides otherwise"
        case .noUsableSnapshot(let problems):
            "the journal's oldest segments were removed, and no snapshot can be used: "
                + problems.joined(separator: "; ")
        case .archive(let error): "\(error)"
        case .archiveNeeded(let lsn):
            "the snapshot of record \(lsn) leaves closed payments to an archive, and there is no place for one"
        case .limitReached(let lsn, let detail): "record \(lsn): \(detail)"
        }
    }
}

/// Why a command or request changed nothing.
public enum Refusal: Error, Sendable {
    /// The id is remembered: what was asked then is in the record there. Equal content makes it a repeat, which gets
    /// the stored answer; other content makes it a mistake of the client's.
    case repeated(RecordPlace)
    /// The id is not remembered, and is so old that it may have been executed; ask for the payment by other means.
    case tooOld(horizon: Instant)
    /// The transmission time lies too far ahead of the engine's clock.
    case fromTheFuture(now: Instant)
    /// The journal is behind; try again.
    case busy
    /// The disk has no room for what would have to be written; try again when there is.
    case storageUnavailable
    /// What the message is about may be in a part of the archive that is being rebuilt; try again.
    case archiveUnavailable
    /// The card's state, or the command itself, does not allow it.
    case card(CardCommandError)
    /// The configuration key or its value is not right.
    case configuration(PolicyError)
    /// The command on a rule, or the rule, is not right.
    case rule(RuleCommandError)
    /// The command on a list is not right.
    case list(ListCommandError)
    /// The configuration was changed since it was read.
    case versionChanged(current: LogSequenceNumber)
    /// The principal's state, or the command itself, does not allow it.
    case principal(PrincipalError)
    /// There are as many cards as the options allow.
    case cardLimitReached(Int)
}
