/// Which payments have a fingerprint: an open hash table of (fingerprint, id), probed one place after the other, at
/// most three quarters full. A fingerprint may stand with several ids.
///
/// Nothing is iterated in the order of the table.
struct FingerprintIndex: ~Copyable {
    struct Entry: BitwiseCopyable {
        /// Zero: a free place.
        var key: UInt64
        var id: UInt64
    }

    private var entries: OwnedBuffer<Entry>
    private let memory: SlabMemory
    private(set) var count = 0

    init(memory: SlabMemory) {
        self.memory = memory
        entries = OwnedBuffer(repeating: Entry(key: 0, id: 0), count: 64, memory: memory)
    }

    /// How many bytes the table takes.
    var byteCount: Int { entries.count * MemoryLayout<Entry>.stride }

    /// Adds an id to a fingerprint that does not have it; zero is no fingerprint and is left out.
    mutating func insert(_ key: UInt64, id: UInt64) {
        guard key != 0 else { return }
        if count >= entries.count / 4 * 3 { grow() }
        place(Entry(key: key, id: id))
        count += 1
    }

    /// Takes an id from a fingerprint, if it has it.
    mutating func remove(_ key: UInt64, id: UInt64) {
        guard key != 0 else { return }
        let mask = entries.count - 1
        var hole = home(key)
        while entries[hole].key != key || entries[hole].id != id {
            if entries[hole].key == 0 { return }
            hole = (hole + 1) & mask
        }
        // Moves up what would no longer be found behind the hole.
        var next = hole
        while true {
            next = (next + 1) & mask
            let entry = entries[next]
            if entry.key == 0 { break }
            if (next &- home(entry.key)) & mask >= (next &- hole) & mask {
                entries[hole] = entry
                hole = next
            }
        }
        entries[hole] = Entry(key: 0, id: 0)
        count -= 1
    }

    /// The highest id below a bound that a fingerprint has and that a condition holds for.
    func newest(_ key: UInt64, where holds: (UInt64) -> Bool) -> UInt64? {
        guard key != 0 else { return nil }
        let mask = entries.count - 1
        var position = home(key)
        var best: UInt64?
        while entries[position].key != 0 {
            let entry = entries[position]
            if entry.key == key, best.map({ $0 < entry.id }) ?? true, holds(entry.id) { best = entry.id }
            position = (position + 1) & mask
        }
        return best
    }

    /// Fingerprints are mixed already.
    @inline(__always)
    private func home(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key) & (entries.count - 1) }

    private mutating func place(_ entry: Entry) {
        let mask = entries.count - 1
        var position = home(entry.key)
        while entries[position].key != 0 { position = (position + 1) & mask }
        entries[position] = entry
    }

    private mutating func grow() {
        var old = OwnedBuffer<Entry>(
            repeating: Entry(key: 0, id: 0),
            count: entries.count * 2,
            memory: memory
        )
        swap(&old, &entries)
        for index in 0..<old.count where old[index].key != 0 { place(old[index]) }
    }
}
