/// Where the automaton of one text attribute lies in a group's tables.
struct AutomatonEntry: BitwiseCopyable {
    var slot: Int
    /// Its 256 columns.
    var columns: Int
    var transitions: Int
    /// How many columns a row has.
    var columnCount: Int
    /// Where the row of the first state begins in which a pattern ends.
    var firstMatchRow: UInt32
    var outputs: Int
    var patterns: Int
}

/// What is asked of one pattern.
struct PatternEntry: BitwiseCopyable {
    var byteCount: Int
    /// The numbers of the predicates; -1: not asked.
    var contains: Int32 = -1
    var startsWith: Int32 = -1
    var endsWith: Int32 = -1
}

/// The automata of all text attributes of a group.
struct Automata: ~Copyable {
    let entries: Buffer<AutomatonEntry>
    /// By slot: the place in `entries`; -1: none.
    let places: Buffer<Int32>
    private let columns: Buffer<UInt8>
    private let transitions: Buffer<UInt32>
    private let outputs: Buffer<Int32>
    private let patterns: Buffer<PatternEntry>

    init(_ table: PredicateTable, slotCount: Int) {
        var entries: [AutomatonEntry] = []
        var places = Array(repeating: Int32(-1), count: slotCount)
        var columns: [UInt8] = []
        var transitions: [UInt32] = []
        var outputs: [Int32] = []
        var patterns: [PatternEntry] = []
        for slot in table.slots {
            var numbers: [[UInt8]: Int] = [:]
            var texts: [[UInt8]] = []
            let firstPattern = patterns.count
            for (number, predicate) in table.predicates.enumerated() where predicate.slot == slot {
                var place = numbers[predicate.pattern]
                if place == nil {
                    place = texts.count
                    numbers[predicate.pattern] = texts.count
                    texts.append(predicate.pattern)
                    patterns.append(PatternEntry(byteCount: predicate.pattern.count))
                }
                patterns[firstPattern + (place ?? 0)].set(predicate.kind, Int32(number))
            }
            let built = AutomatonBuilder(texts)
            let tables = built.tables()
            places[slot] = Int32(entries.count)
            entries.append(
                AutomatonEntry(
                    slot: slot,
                    columns: columns.count,
                    transitions: transitions.count,
                    columnCount: built.columnCount,
                    firstMatchRow: UInt32(tables.firstMatch * built.columnCount),
                    outputs: outputs.count,
                    patterns: firstPattern
                )
            )
            columns += built.columns
            transitions += tables.transitions
            outputs += tables.outputs
        }
        let none = AutomatonEntry(
            slot: 0,
            columns: 0,
            transitions: 0,
            columnCount: 1,
            firstMatchRow: 0,
            outputs: 0,
            patterns: 0
        )
        self.entries = Buffer(entries, filler: none)
        self.places = Buffer(places, filler: -1)
        self.columns = Buffer(columns, filler: 0)
        self.transitions = Buffer(transitions, filler: 0)
        self.outputs = Buffer(outputs, filler: -1)
        self.patterns = Buffer(patterns, filler: PatternEntry(byteCount: 0))
    }

    /// Calls the body with the number of each predicate that holds of the text; with some more than once.
    @inline(__always)
    func scan(_ text: UnsafeRawBufferPointer, with entry: AutomatonEntry, _ body: (Int) -> Void) {
        // SAFETY: an entry's columns are 256 places, each below its count of columns; every transition is the beginning
        // of a row of that many in its part of `transitions`. Both were made in `init` and never change.
        let columns = columns.base + entry.columns
        let transitions = transitions.base + entry.transitions
        var row: UInt32 = 0
        for index in 0..<text.count {
            row = transitions[Int(row) + Int(columns[Int(text[index])])]
            guard row >= entry.firstMatchRow else { continue }
            var place = (Int(row) - Int(entry.firstMatchRow)) / entry.columnCount * 2
            while place >= 0 {
                let own = outputs[entry.outputs + place]
                if own >= 0 {
                    let pattern = patterns[entry.patterns + Int(own)]
                    if pattern.contains >= 0 { body(Int(pattern.contains)) }
                    if pattern.startsWith >= 0, index + 1 == pattern.byteCount { body(Int(pattern.startsWith)) }
                    if pattern.endsWith >= 0, index + 1 == text.count { body(Int(pattern.endsWith)) }
                }
                place = Int(outputs[entry.outputs + place + 1])
            }
        }
    }
}

extension PatternEntry {
    fileprivate mutating func set(_ kind: TextPredicate, _ number: Int32) {
        switch kind {
        case .contains: contains = number
        case .startsWith: startsWith = number
        case .endsWith: endsWith = number
        }
    }
}
