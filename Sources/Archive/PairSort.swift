/// Two words that are sorted as one number, the first word leading.
struct WordPair: Equatable, Sendable {
    var first: UInt64
    var second: UInt64

    @inline(__always)
    static func < (left: WordPair, right: WordPair) -> Bool {
        left.first != right.first ? left.first < right.first : left.second < right.second
    }
}

/// Sorting by digits of a byte, least first: a few nanoseconds a pair where comparing takes a hundred.
enum PairSort {
    /// Sorts ascending by both words.
    static func sort(_ pairs: inout [WordPair]) {
        // Below this the tables cost more than they save.
        guard pairs.count > 256 else {
            pairs.sort { $0 < $1 }
            return
        }
        var other = pairs
        for isFirstWord in [false, true] {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                if pass(from: pairs, into: &other, isFirstWord: isFirstWord, shift: shift) {
                    swap(&pairs, &other)
                }
            }
        }
    }

    /// Sorts by one byte, keeping the order of equals.
    ///
    /// - Returns: false when all have the same byte, and nothing was done.
    private static func pass(
        from pairs: [WordPair],
        into other: inout [WordPair],
        isFirstWord: Bool,
        shift: UInt64
    ) -> Bool {
        var starts = [Int](repeating: 0, count: 256)
        let pairCount = pairs.count
        return pairs.withUnsafeBufferPointer { pairs in
            starts.withUnsafeMutableBufferPointer { starts in
                // SAFETY: a byte indexes a table of 256; the counts add up to the number of pairs.
                for pair in pairs {
                    let word = isFirstWord ? pair.first : pair.second
                    starts[Int(truncatingIfNeeded: (word >> shift) & 255)] += 1
                }
                var sum = 0
                for digit in 0..<256 {
                    let count = starts[digit]
                    if count == pairCount { return false }
                    starts[digit] = sum
                    sum += count
                }
                other.withUnsafeMutableBufferPointer { other in
                    for pair in pairs {
                        let word = isFirstWord ? pair.first : pair.second
                        let digit = Int(truncatingIfNeeded: (word >> shift) & 255)
                        other[starts[digit]] = pair
                        starts[digit] += 1
                    }
                }
                return true
            }
        }
    }
}
