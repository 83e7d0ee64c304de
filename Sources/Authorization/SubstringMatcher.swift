import Rules

/// Finds whether a text contains one of many parts, in one pass over the text, by the automaton that `AutomatonBuilder`
/// makes. With 1,000 parts of 64 bytes it has 64,001 states at most.
struct SubstringMatcher: ~Copyable {
    /// The column of each byte.
    private var columns: OwnedBuffer<UInt8>
    /// A row for each state; in it, by column, where the next state's row begins.
    private var transitions: OwnedBuffer<UInt32>
    /// Where the row of the first state begins that has seen a whole part.
    private let firstMatch: UInt32
    let isEmpty: Bool

    init(_ parts: [String]) {
        let built = AutomatonBuilder(parts.map { Array($0.utf8) })
        let tables = built.tables()
        precondition(tables.transitions.count <= Int(UInt32.max), "more transitions than 32 bits number")
        columns = OwnedBuffer(built.columns, orEmpty: 0)
        transitions = OwnedBuffer(tables.transitions, orEmpty: 0)
        firstMatch = UInt32(tables.firstMatch * built.columnCount)
        isEmpty = parts.isEmpty
    }

    /// Whether one of the parts is in the text.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard !isEmpty else { return false }
        // SAFETY: `columns` has 256 places, each below the count of columns, and every number in `transitions` is the
        // beginning of a row of that many: both were made in `init` with checks and never change.
        let columns = columns.unchecked
        let transitions = transitions.unchecked
        var row: UInt32 = 0
        for byte in text {
            row = transitions[Int(row) + Int(columns[Int(byte)])]
            if row >= firstMatch { return true }
        }
        return false
    }
}
