internal import Platform

/// Several runs becoming one, some items at a time. Of equal ids the highest version stays.
final class Merge {
    /// What stopped a merge.
    enum Failure: Error {
        case storage(PlatformError)
        /// One of the runs is damaged.
        case damaged(run: UInt64, RunProblem)
    }

    private enum Phase { case entries, pairs, finished }

    let inputs: [Run]
    let number: UInt64
    let file: any ArchiveFile
    private var writer: RunWriter
    private var cursors: [PageCursor]
    private var phase = Phase.entries
    private var lastPair: WordPair?
    /// What was written; nil until it is finished.
    private(set) var header: RunHeader?

    init(_ inputs: [Run], into file: any ArchiveFile, number: UInt64) throws(Failure) {
        precondition(inputs.count >= 2, "there is something to merge")
        self.inputs = inputs
        self.number = number
        self.file = file
        writer = RunWriter(
            file: file,
            number: number,
            owner: inputs[0].header.owner,
            imageByteCount: inputs[0].header.imageByteCount,
            entryCountMax: inputs.reduce(0) { $0 + $1.header.entryCount },
            pairCountMax: inputs.reduce(0) { $0 + $1.header.pairCount }
        )
        cursors = inputs.map { $0.entryCursor() }
        for cursor in cursors { try Self.advance(cursor) }
    }

    /// Handles so many items.
    ///
    /// - Returns: whether it is finished; the new file is durable then, under the name it was created with.
    func step(itemCountMax: Int) throws(Failure) -> Bool {
        for _ in 0..<itemCountMax {
            switch phase {
            case .entries:
                if try moveEntry() { continue }
                do throws(PlatformError) { try writer.endEntries() } catch { throw .storage(error) }
                cursors = inputs.map { $0.pairCursor() }
                for cursor in cursors { try Self.advance(cursor) }
                phase = .pairs
            case .pairs:
                if try movePair() { continue }
                do throws(PlatformError) { header = try writer.finish() } catch { throw .storage(error) }
                phase = .finished
            case .finished:
                return true
            }
        }
        return phase == .finished
    }

    /// Writes the entry with the lowest id; false when there is none.
    private func moveEntry() throws(Failure) -> Bool {
        var best: PageCursor?
        for cursor in cursors where cursor.isAtItem {
            if let other = best {
                if cursor.key > other.key { continue }
                if cursor.key == other.key && cursor.current.word(8) <= other.current.word(8) { continue }
            }
            best = cursor
        }
        guard let best else { return false }
        let id = best.key
        do throws(PlatformError) { try writer.add(entry: best.current) } catch { throw .storage(error) }
        for cursor in cursors where cursor.isAtItem && cursor.key == id {
            try Self.advance(cursor)
            guard !cursor.isAtItem || cursor.key > id else {
                throw .damaged(run: cursor.run, .damaged(offset: 0, finding: "an id is there twice"))
            }
        }
        return true
    }

    /// Writes the lowest pair; false when there is none.
    private func movePair() throws(Failure) -> Bool {
        var best: (cursor: PageCursor, pair: WordPair)?
        for cursor in cursors where cursor.isAtItem {
            let pair = WordPair(first: cursor.key, second: cursor.current.word(8))
            if let other = best, !(pair < other.pair) { continue }
            best = (cursor, pair)
        }
        guard let best else { return false }
        // The same payment archived twice has its pairs twice.
        if best.pair != lastPair {
            let pair = best.pair
            do throws(PlatformError) {
                try writer.add(fingerprint: pair.first, id: pair.second)
            } catch {
                throw .storage(error)
            }
            lastPair = pair
        }
        try Self.advance(best.cursor)
        return true
    }

    private static func advance(_ cursor: PageCursor) throws(Failure) {
        do throws(RunProblem) {
            try cursor.advance()
        } catch {
            if case .storage(let error) = error { throw .storage(error) }
            throw .damaged(run: cursor.run, error)
        }
    }
}
