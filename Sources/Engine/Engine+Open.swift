import Authorization
public import Domain
public import Journal
import Platform

extension Engine {
    /// Opens a data directory's journal, or makes a new one, and brings the state back by applying every record.
    ///
    /// Nothing is written until `start`. The directory must be locked against other processes by the caller.
    ///
    /// - Throws: `EngineError` when it cannot be served: damaged, of another clock, too large.
    public static func open(
        options: EngineOptions,
        journalOptions: JournalOptions,
        storage: any JournalStorage
    ) throws(EngineError) -> Engine {
        if let complaint = options.complaint { throw .options(complaint) }
        var journalOptions = journalOptions
        journalOptions.payloadByteCountMax = max(AuthorizationEvent.encodedByteCountMax, CardEvent.encodedByteCountMax)
        journalOptions.appenderCount = options.appenderCount
        journalOptions.variant = options.simulatedClock ? Variant.simulatedClock : Variant.wallClock
        let state: EngineState
        do throws(PlatformError) { state = try EngineState(options: options) } catch { throw .memory(error) }
        var replay = Replay(state: state, options: options)
        do throws(JournalError) {
            let journal = try Journal.open(options: journalOptions, storage: storage) { replay.apply($0) }
            return Engine(options: options, journal: journal, state: state)
        } catch {
            if let failure = replay.failure { throw failure }
            if case .otherVariant(let found, _) = error {
                throw .clockMismatch(directoryIsSimulated: found == Variant.simulatedClock)
            }
            throw .journal(error)
        }
    }

    /// Starts to make decisions durable.
    ///
    /// - Parameters:
    ///   - onDurable: called on the journal's thread after each group commit with the newest durable record.
    ///   - onFailure: called once when a write or a synchronisation failed. Nothing becomes durable any more; the
    ///     process must end without answering anybody.
    public func start(
        onDurable: @escaping @Sendable (LogSequenceNumber) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(EngineError) {
        do throws(JournalError) {
            try journal.start(
                onDurable: { onDurable(LogSequenceNumber(rawValue: $0)) },
                onFailure: onFailure
            )
        } catch {
            throw .journal(error)
        }
    }

    /// What a journal is marked with, so that real and simulated time never mix.
    private enum Variant {
        static let wallClock: UInt32 = 0
        static let simulatedClock: UInt32 = 1
    }
}
