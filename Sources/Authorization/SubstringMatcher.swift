/// Finds whether a text contains one of many parts, in one pass over the text: the automaton of A. Aho and M. Corasick,
/// "Efficient string matching" (CACM 18, 1975), with every transition worked out.
///
/// Bytes that no part has share one column. The states are numbered so that those which have seen a whole part come
/// last. With 1,000 parts of 64 bytes there are 64,001 states at most.
struct SubstringMatcher: ~Copyable {
    /// The column of each byte.
    private var columns: OwnedBuffer<UInt8>
    /// A row for each state; in it, by column, where the next state's row begins.
    private var transitions: OwnedBuffer<UInt32>
    /// Where the row of the first state begins that has seen a whole part.
    private let firstMatch: UInt32
    let isEmpty: Bool

    init(_ parts: [String]) {
        var trie = Trie(parts)
        trie.link()
        let order = trie.order()
        columns = OwnedBuffer(repeating: 0, count: 256)
        for byte in 0..<256 { columns[byte] = trie.columns[byte] }
        let columnCount = trie.columnCount
        transitions = OwnedBuffer(repeating: 0, count: trie.next.count)
        for state in 0..<trie.stateCount {
            for column in 0..<columnCount {
                let target = trie.next[state * columnCount + column]
                transitions[order.numbers[state] * columnCount + column] = UInt32(order.numbers[target] * columnCount)
            }
        }
        firstMatch = UInt32(order.firstMatch * columnCount)
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

/// The automaton while it is built.
private struct Trie {
    var columns: [UInt8]
    var columnCount: Int
    /// The next state; -1 where no part goes on.
    var next: [Int]
    var isMatch: [Bool]
    var stateCount: Int { isMatch.count }

    init(_ parts: [String]) {
        // Column 0 is that of bytes which no part has. A part never holds all 256 bytes: 0xFF is in no UTF-8 text.
        columns = Array(repeating: 0, count: 256)
        columnCount = 1
        for part in parts {
            for byte in part.utf8 where columns[Int(byte)] == 0 {
                columns[Int(byte)] = UInt8(columnCount)
                columnCount += 1
            }
        }
        next = Array(repeating: -1, count: columnCount)
        isMatch = [false]
        for part in parts {
            var state = 0
            for byte in part.utf8 {
                let edge = state * columnCount + Int(columns[Int(byte)])
                if next[edge] < 0 {
                    next[edge] = stateCount
                    isMatch.append(false)
                    next.append(contentsOf: repeatElement(-1, count: columnCount))
                }
                state = next[edge]
            }
            isMatch[state] = true
        }
        precondition(stateCount * columnCount <= Int(UInt32.max), "more transitions than 32 bits number")
    }

    /// Works out the transitions that are not in the trie, breadth first, over the longest suffix that is.
    mutating func link() {
        var fallback = Array(repeating: 0, count: stateCount)
        var queue: [Int] = []
        for column in 0..<columnCount {
            if next[column] < 0 { next[column] = 0 } else { queue.append(next[column]) }
        }
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            if isMatch[fallback[state]] { isMatch[state] = true }
            for column in 0..<columnCount {
                let onward = next[fallback[state] * columnCount + column]
                let edge = state * columnCount + column
                if next[edge] < 0 {
                    next[edge] = onward
                } else {
                    fallback[next[edge]] = onward
                    queue.append(next[edge])
                }
            }
        }
    }

    /// New numbers: the root stays 0, matches come last.
    func order() -> (numbers: [Int], firstMatch: Int) {
        var numbers = Array(repeating: 0, count: stateCount)
        var number = 0
        for state in 0..<stateCount where !isMatch[state] {
            numbers[state] = number
            number += 1
        }
        let firstMatch = number
        for state in 0..<stateCount where isMatch[state] {
            numbers[state] = number
            number += 1
        }
        return (numbers, firstMatch)
    }
}
