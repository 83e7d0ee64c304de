/// Builds the automaton of A. Aho and M. Corasick ("Efficient string matching", CACM 18, 1975) that finds all of many
/// patterns in one pass, with every transition worked out.
package struct AutomatonBuilder {
    /// The column of each byte; column 0 is that of the bytes that no pattern has.
    package private(set) var columns: [UInt8] = Array(repeating: 0, count: 256)
    package private(set) var columnCount = 1
    /// By state and column: the state that follows.
    private var next: [Int] = []
    /// By state: the pattern that ends there; -1: none.
    private var own: [Int] = []
    /// By state: the longest other state with a pattern that ends there too; -1: none.
    private var alsoAt: [Int] = []

    /// The patterns are not empty. Of equal ones the last one is found.
    package init(_ patterns: [[UInt8]]) {
        for pattern in patterns {
            for byte in pattern where columns[Int(byte)] == 0 {
                // 255 columns are numbered; a byte beyond shares the last, and the patterns are checked again.
                // UTF-8 has no more than 243 different bytes.
                precondition(columnCount < 256)
                columns[Int(byte)] = UInt8(columnCount)
                columnCount += 1
            }
        }
        addState()
        for (number, pattern) in patterns.enumerated() {
            var state = 0
            for byte in pattern {
                let edge = state * columnCount + Int(columns[Int(byte)])
                if next[edge] < 0 {
                    next[edge] = own.count
                    addState()
                }
                state = next[edge]
            }
            own[state] = number
        }
        link()
    }

    private mutating func addState() {
        next.append(contentsOf: repeatElement(-1, count: columnCount))
        own.append(-1)
        alsoAt.append(-1)
    }

    /// Works out the transitions that no pattern has, over the longest suffix that some pattern begins with.
    private mutating func link() {
        var fallback = Array(repeating: 0, count: own.count)
        var queue: [Int] = []
        for column in 0..<columnCount {
            if next[column] < 0 { next[column] = 0 } else { queue.append(next[column]) }
        }
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            let suffix = fallback[state]
            alsoAt[state] = own[suffix] >= 0 ? suffix : alsoAt[suffix]
            for column in 0..<columnCount {
                let onward = next[suffix * columnCount + column]
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

    /// The transitions and outputs with the states renumbered, so that those where a pattern ends come last.
    ///
    /// A transition is where the row of the next state begins. `outputs` has two numbers for each state from
    /// `firstMatch` on: the pattern that ends there and the place in `outputs` of the next state that has one; -1:
    /// none.
    package func tables() -> (transitions: [UInt32], outputs: [Int32], firstMatch: Int) {
        let ends = own.indices.map { own[$0] >= 0 || alsoAt[$0] >= 0 }
        var numbers = Array(repeating: 0, count: own.count)
        var number = 0
        for state in own.indices where !ends[state] {
            numbers[state] = number
            number += 1
        }
        let firstMatch = number
        for state in own.indices where ends[state] {
            numbers[state] = number
            number += 1
        }
        var transitions = Array(repeating: UInt32(0), count: next.count)
        var outputs = Array(repeating: Int32(-1), count: (own.count - firstMatch) * 2)
        for state in own.indices {
            for column in 0..<columnCount {
                let target = numbers[next[state * columnCount + column]]
                transitions[numbers[state] * columnCount + column] = UInt32(target * columnCount)
            }
            guard ends[state] else { continue }
            let place = (numbers[state] - firstMatch) * 2
            outputs[place] = Int32(own[state])
            if alsoAt[state] >= 0 { outputs[place + 1] = Int32((numbers[alsoAt[state]] - firstMatch) * 2) }
        }
        return (transitions, outputs, firstMatch)
    }
}
