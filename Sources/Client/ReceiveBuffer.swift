/// Bytes that came and are not taken yet: one growing array with a front, so that frames are cut in place.
struct ReceiveBuffer {
    private var storage: [UInt8]
    private var front = 0
    private var back = 0

    init(capacity: Int = 65_536) { storage = [UInt8](repeating: 0, count: capacity) }

    /// How many bytes wait.
    var count: Int { back - front }

    /// Calls the body with the waiting bytes.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[front..<back])) }
    }

    /// Takes the first bytes off.
    mutating func drop(_ byteCount: Int) {
        precondition(byteCount <= count, "only what came can be taken")
        front += byteCount
        if front == back {
            front = 0
            back = 0
        }
    }

    /// Makes room behind the waiting bytes, so that so many in all can wait, and some more.
    ///
    /// - Returns: How many bytes can be written.
    mutating func makeRoom(_ byteCountNeeded: Int) -> Int {
        let needed = max(byteCountNeeded, count + 4_096)
        if front > 0, storage.count - front < needed {
            storage.removeSubrange(..<front)
            back -= front
            front = 0
        }
        if storage.count - front < needed {
            storage += [UInt8](repeating: 0, count: needed + front - storage.count)
        }
        return storage.count - back
    }

    /// Lets the body write behind the waiting bytes; `wrote` then says how many it wrote.
    mutating func withRoom<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        let back = back
        return storage.withUnsafeMutableBytes { body(UnsafeMutableRawBufferPointer(rebasing: $0[back...])) }
    }

    /// Counts bytes that were written behind the waiting ones.
    mutating func wrote(_ byteCount: Int) {
        precondition(byteCount >= 0 && byteCount <= storage.count - back, "only as much as there was room for")
        back += byteCount
    }
}
