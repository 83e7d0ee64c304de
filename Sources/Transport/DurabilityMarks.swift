/// Which bytes of a pending buffer may leave once which LSN is durable: a queue of marks with ascending LSN and end.
///
/// A reply whose LSN is not above the last mark's joins that mark, so order within the buffer is kept and nothing
/// leaves early; it may leave later than it could, by less than one group commit.
struct DurabilityMarks: Sendable {
    private struct Mark {
        var lsn: UInt64
        /// Counted from the first byte that ever entered the buffer.
        var end: UInt64
        var replyCount: UInt32
    }

    private var marks: [Mark] = []
    private var head = 0
    private var appendedByteCount: UInt64 = 0
    private var releasedByteCount: UInt64 = 0

    /// Whether nothing waits.
    var isEmpty: Bool { head == marks.count }

    /// Bytes that wait.
    var byteCount: Int { Int(appendedByteCount - releasedByteCount) }

    /// The newest record that something waits for; zero for none.
    var newestLSN: UInt64 { isEmpty ? 0 : marks[marks.count - 1].lsn }

    /// Marks in the queue; replies that share one count once.
    var count: Int { marks.count - head }

    /// Notes that one reply of a number of bytes was appended to the buffer.
    mutating func append(byteCount: Int, lsn: UInt64) {
        appendedByteCount += UInt64(byteCount)
        if !isEmpty, lsn <= marks[marks.count - 1].lsn {
            marks[marks.count - 1].end = appendedByteCount
            marks[marks.count - 1].replyCount += 1
        } else {
            marks.append(Mark(lsn: lsn, end: appendedByteCount, replyCount: 1))
        }
    }

    /// Takes the marks up to the durable LSN out; returns how many bytes at the buffer's start they free, in how many
    /// replies.
    mutating func release(durable lsn: UInt64) -> (byteCount: Int, replyCount: UInt32) {
        var end = releasedByteCount
        var replyCount: UInt32 = 0
        while head < marks.count, marks[head].lsn <= lsn {
            end = marks[head].end
            replyCount += marks[head].replyCount
            head += 1
        }
        if head == marks.count {
            marks.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 4_096 {
            marks.removeFirst(head)
            head = 0
        }
        let byteCount = Int(end - releasedByteCount)
        releasedByteCount = end
        return (byteCount, replyCount)
    }

    /// Gives the memory back; only while nothing waits.
    mutating func shrink() {
        precondition(isEmpty, "marks in use cannot be dropped")
        marks = []
        head = 0
    }
}
