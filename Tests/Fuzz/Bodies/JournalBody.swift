import Journal
import Platform

/// What is done with bytes that pretend to be the files of a journal.
///
/// The first byte of an input says how much is set right (see `Seal`), because no fuzzer guesses a checksum. The rest
/// are pieces: a page (u8), a length in bytes (u16, little-endian), and as many bytes for the start of that page. The
/// pages are those of two segments, one behind the other.
public enum JournalBody {
    private static let options: JournalOptions = {
        var options = JournalOptions()
        options.segmentByteCount = UInt64(JournalImage.segmentByteCount)
        options.bufferByteCount = 8 << 10
        options.payloadByteCountMax = 1 << 10
        options.largePayloadByteCountMax = 1 << 10
        return options
    }()

    /// Opens a journal with these files.
    ///
    /// It must open or say why not. What opens must open again with the same records and nothing left to repair, give
    /// the same records when it is scanned, and go on from there.
    public static func run(_ input: UnsafeRawBufferPointer) {
        guard let image = JournalImage(input) else { return }
        let storage = MemoryStorage(image.files)
        guard let first = open(storage) else { return }
        precondition(first.lsns == Array(1..<UInt64(first.lsns.count) + 1), "records are dense")
        guard let second = open(storage) else { preconditionFailure("what opened once opens again") }
        precondition(second.lsns == first.lsns && second.payloadBytes == first.payloadBytes, "recovery is repeatable")
        precondition(second.tornTailByteCount == 0, "a torn tail is dropped once")
    }

    /// How many records a journal with these files has; nil when it is refused.
    public static func recordCount(_ input: UnsafeRawBufferPointer) -> Int? {
        JournalImage(input).flatMap { open(MemoryStorage($0.files)) }?.lsns.count
    }

    private struct Outcome {
        var lsns: [UInt64] = []
        var payloadBytes: [UInt8] = []
        var tornTailByteCount: UInt64 = 0
    }

    private static func open(_ storage: MemoryStorage) -> Outcome? {
        var outcome = Outcome()
        let journal: Journal
        do throws(JournalError) {
            journal = try Journal.open(options: options, storage: storage) { view in
                outcome.lsns.append(view.lsn)
                outcome.payloadBytes += view.payload
                return .applied
            }
        } catch {
            precondition(!"\(error)".isEmpty, "an error says what it is")
            return nil
        }
        outcome.tornTailByteCount = journal.recovery.tornTailByteCount
        var scanned: [UInt64] = []
        do throws(JournalError) {
            try journal.scanBackward(before: .max) { view in
                scanned.append(view.lsn)
                return .proceed
            }
            if let last = outcome.lsns.last {
                let found = try journal.find(last)
                precondition(found?.lsn == last, "what was replayed is found")
            }
        } catch {
            preconditionFailure("what was replayed can be read: \(error)")
        }
        precondition(scanned.reversed() == outcome.lsns, "a scan sees what was replayed")
        journal.close()
        return outcome
    }
}
