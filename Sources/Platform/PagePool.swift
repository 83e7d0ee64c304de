internal import Synchronization

/// Memory in pieces of 4 KiB to 2 MiB out of huge pages.
///
/// For tables that are read at random and grow a piece at a time: pieces of one table lie together with those of
/// others in chunks of 2 MiB, so that a few hundred entries of the processor's address cache cover all of them. A
/// thread keeps chunks ready whose pages are all there: a page that is touched for the first time waits for the kernel,
/// and on a virtual machine for its host too, milliseconds for a chunk. A piece that comes back is given out again; the
/// pages go when the pool goes.
public final class PagePool: Sendable {
    private let chunks: ChunkSupply
    private let threads: Locked<Threads>
    // SAFETY: pieces are disjoint parts of chunks, which live as long as the supply.
    private let free: Locked<[[UnsafeMutableRawPointer]]>

    private struct Threads: ~Copyable {
        var urgent: WorkerThread?
        var idle: WorkerThread?
    }

    /// log2 of the smallest piece's bytes.
    private static let smallestShift = 12

    /// An empty pool.
    ///
    /// - Parameters:
    ///   - readyByteCount: How much should be ready at any time; 0 for no thread and no waiting memory.
    ///   - spareByteCount: How much more a second thread makes ready while nobody else wants the processor: what a
    ///     burst finds, before it has to share the processor with the first thread.
    /// - Throws: When the kernel gives no thread.
    public init(readyByteCount: Int, spareByteCount: Int = 0) throws(PlatformError) {
        let chunks = ChunkSupply(
            readyCount: Self.chunkCount(readyByteCount),
            spareCount: Self.chunkCount(readyByteCount > 0 ? spareByteCount : 0)
        )
        let sizeCount = ChunkSupply.chunkByteCount.trailingZeroBitCount - Self.smallestShift + 1
        self.chunks = chunks
        free = Locked(Array(repeating: [], count: sizeCount))
        var threads = Threads()
        if readyByteCount > 0 { threads.urgent = try WorkerThread(name: "memory") { chunks.run() } }
        if chunks.spareCount > 0 { threads.idle = try WorkerThread(name: "memory-spare") { chunks.runIdle() } }
        self.threads = Locked(threads)
    }

    deinit {
        chunks.stop()
        var threads = Threads()
        self.threads.withLock { swap(&$0, &threads) }
        if let thread = threads.urgent.take() { thread.join() }
        if let thread = threads.idle.take() { thread.join() }
    }

    private static func chunkCount(_ byteCount: Int) -> Int {
        (byteCount + ChunkSupply.chunkByteCount - 1) / ChunkSupply.chunkByteCount
    }

    /// A piece with room for so many bytes, aligned to 4 KiB; whatever is in it.
    ///
    /// - Throws: When the kernel has no memory.
    public func allocate(byteCount: Int) throws(PlatformError) -> UnsafeMutableRawPointer {
        precondition(byteCount > 0, "a piece has at least one byte")
        let order = Self.order(byteCount)
        return try free.withLock { free throws(PlatformError) in
            // Larger than a chunk: on its own.
            guard order < free.count else { return try chunks.large(byteCount: byteCount) }
            var found = order
            while found < free.count, free[found].isEmpty { found += 1 }
            if found == free.count {
                found -= 1
                free[found].append(try chunks.take())
            }
            guard let piece = free[found].popLast() else { preconditionFailure("a list that is not empty") }
            // The upper halves stay, each in its list.
            while found > order {
                found -= 1
                free[found].append(piece + (1 << (found + Self.smallestShift)))
            }
            return piece
        }
    }

    /// Takes a piece back, which was allocated for as many bytes.
    public func release(_ piece: UnsafeMutableRawPointer, byteCount: Int) {
        let order = Self.order(byteCount)
        free.withLock { free in
            if order < free.count { free[order].append(piece) } else { chunks.releaseLarge(piece) }
        }
    }

    private static func order(_ byteCount: Int) -> Int {
        max(0, Int.bitWidth - (byteCount - 1).leadingZeroBitCount - smallestShift)
    }
}

/// The chunks of a pool, some of them ready.
private final class ChunkSupply: Sendable {
    private struct State: ~Copyable {
        /// Every region, and every piece larger than a chunk.
        var mappings: [(memory: UnsafeMutableRawPointer, byteCount: Int)] = []
        /// The rest of the newest region, from the next multiple of a chunk.
        var next: UnsafeMutableRawPointer?
        var restByteCount = 0
        /// Chunks with all their pages.
        var ready: [UnsafeMutableRawPointer] = []
        var isStopping = false

        deinit {
            for mapping in mappings { Memory.unmap(mapping.memory, byteCount: mapping.byteCount) }
        }
    }

    private let state = Locked(State())
    private let wake = WakeSignal()
    private let readyCount: Int
    let spareCount: Int
    // Between the two threads; the idle one takes no lock, because it may stop anywhere for long.
    /// The address of a chunk to be populated; zero: none.
    private let ordered = Atomic<UInt>(0)
    /// The address of one that has been; zero: none.
    private let delivered = Atomic<UInt>(0)
    private let isStopped = Atomic<Bool>(false)
    private let idleWake = WakeSignal()

    /// Bytes of a huge page.
    static let chunkByteCount = 2 << 20
    /// Bytes of addresses that are reserved at once; the kernel is asked for pages as they are needed.
    private static let regionByteCount = 256 << 20

    init(readyCount: Int, spareCount: Int) {
        self.readyCount = readyCount
        self.spareCount = spareCount
    }

    /// A chunk: a ready one, or one whose pages come as they are touched.
    func take() throws(PlatformError) -> UnsafeMutableRawPointer {
        let chunk = try state.withLock { state throws(PlatformError) in
            if let chunk = state.ready.popLast() { return chunk }
            return try Self.reserve(&state)
        }
        wake.raise()
        return chunk
    }

    /// Memory for one piece larger than a chunk.
    func large(byteCount: Int) throws(PlatformError) -> UnsafeMutableRawPointer {
        try state.withLock { state throws(PlatformError) in
            let memory = try Memory.mapAnonymous(byteCount: byteCount)
            state.mappings.append((memory, byteCount))
            return memory
        }
    }

    func releaseLarge(_ memory: UnsafeMutableRawPointer) {
        state.withLock { state in
            guard let index = state.mappings.firstIndex(where: { $0.memory == memory }) else {
                preconditionFailure("a piece comes back to its own pool, once")
            }
            let mapping = state.mappings.remove(at: index)
            Memory.unmap(mapping.memory, byteCount: mapping.byteCount)
        }
    }

    /// The thread's work: makes chunks ready, has the idle thread make more, and waits while there are enough.
    func run() {
        var isWaiting = false
        while true {
            if let chunk = UnsafeMutableRawPointer(bitPattern: delivered.exchange(0, ordering: .acquiring)) {
                state.withLock { $0.ready.append(chunk) }
                isWaiting = false
            }
            let (next, isUrgent) = state.withLock { state -> (UnsafeMutableRawPointer?, Bool) in
                let isUrgent = state.ready.count < readyCount
                let isWanted = isUrgent || (!isWaiting && state.ready.count < readyCount + spareCount)
                return (isWanted && !state.isStopping ? try? Self.reserve(&state) : nil, isUrgent)
            }
            if let chunk = next, isUrgent {
                Memory.populate(chunk, byteCount: Self.chunkByteCount)
                state.withLock { $0.ready.append(chunk) }
            } else if let chunk = next {
                isWaiting = true
                ordered.store(UInt(bitPattern: chunk), ordering: .releasing)
                idleWake.raise()
            } else if state.withLock({ $0.isStopping }) {
                return
            } else {
                wake.wait()
            }
        }
    }

    /// The idle thread's work: populates what it is told to.
    func runIdle() {
        // Where that is refused it competes with the others; nothing else changes.
        try? IdlePriority.take()
        while !isStopped.load(ordering: .sequentiallyConsistent) {
            let address = ordered.exchange(0, ordering: .acquiring)
            if let chunk = UnsafeMutableRawPointer(bitPattern: address) {
                Memory.populate(chunk, byteCount: Self.chunkByteCount)
                delivered.store(address, ordering: .releasing)
                wake.raise()
            } else {
                idleWake.wait()
            }
        }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        isStopped.store(true, ordering: .sequentiallyConsistent)
        wake.raise()
        idleWake.raise()
    }

    private static func reserve(_ state: inout State) throws(PlatformError) -> UnsafeMutableRawPointer {
        if state.restByteCount < chunkByteCount {
            let region = try Memory.mapAnonymous(byteCount: regionByteCount)
            state.mappings.append((region, regionByteCount))
            let first = region.alignedUp(toMultipleOf: chunkByteCount)
            state.next = first
            state.restByteCount = regionByteCount - (first - region)
        }
        guard let chunk = state.next else { preconditionFailure("a region has a beginning") }
        state.next = chunk + chunkByteCount
        state.restByteCount -= chunkByteCount
        return chunk
    }
}
