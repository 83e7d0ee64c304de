internal import Platform

/// The work of a journal's threads in steps, for a simulation on one thread; takes the place of `Journal.start`.
///
/// Writing a block and making it durable are steps of their own, so that anything can happen between them.
package final class JournalStepper {
    /// What one step came to.
    package enum Step: Equatable {
        /// There is nothing to write.
        case nothing
        /// A block of so many records was written; it is not durable.
        case wrote(recordCount: Int)
        /// Everything up to an LSN is durable.
        case durable(UInt64)
        /// The journal is closed in order.
        case closed
    }

    private let journal: Journal
    private var committer: Committer
    private var written: (block: Committer.Pending, file: any JournalFile)?

    /// Takes the place of the threads of a journal opened with `whileWaiting`.
    package init(_ journal: Journal) {
        precondition(journal.options.whileWaiting != nil, "a journal is started or stepped")
        self.journal = journal
        committer = Committer(journal)
    }

    /// Writes the next block, or makes the one durable that was written.
    ///
    /// - Throws: What stopped the journal for good, as `onFailure` of `Journal.start` says it.
    package func step() throws(JournalError) -> Step {
        do throws(JournalError) {
            if let written {
                self.written = nil
                let now = Clock.monotonicNanoseconds()
                try committer.complete(written.block, in: written.file, now, written: now)
                return .durable(journal.durableLSN)
            }
            switch try committer.next() {
            case .block(let block):
                written = (block, try committer.write(block))
                return .wrote(recordCount: Int(block.recordCount))
            case .nothing: return .nothing
            case .end: return .closed
            }
        } catch {
            committer.stopJournal()
            throw error
        }
    }

    /// Prepares the next segment, if one is wanted.
    ///
    /// - Parameter retries: Whether to try again what failed before.
    package func prepareSegment(retries: Bool) {
        if retries { journal.preparer.retryOnce() } else { journal.preparer.prepareOnce() }
    }

    /// Makes durable what was appended, and marks the journal as closed in order.
    package func close() throws(JournalError) {
        journal.fill.withLock { $0.isClosing = true }
        while try step() != .closed {}
        journal.close()
    }
}
