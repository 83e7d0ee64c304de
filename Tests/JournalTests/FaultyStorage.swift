import Glibc
import Journal
import Platform
import Randomness

/// A journal's files in memory, which remembers what was synchronized, fails on demand, and can lose power.
final class FaultyStorage: JournalStorage {
    /// What goes wrong at one call.
    enum Fault: CaseIterable {
        /// The call does nothing and fails, once; later calls work.
        case errorOnce
        /// The call does part of its work and fails, as all later ones do: the machine is gone.
        case crash
    }

    /// The kinds of calls that count.
    enum Call: String {
        case names, create, open, rename, remove, synchronizeNames, read, write, synchronize
    }

    fileprivate struct Contents {
        var bytes: [UInt8]
        /// What a loss of power is sure to leave.
        var durable: [UInt8]
        /// Sectors written since the last synchronization.
        var dirty: Set<Int> = []
    }

    fileprivate struct State {
        var files: [Int: Contents] = [:]
        var nextFile = 0
        var names: [String: Int] = [:]
        /// The names after each operation since the last synchronization; the first is what was synchronized.
        var nameHistory: [[String: Int]] = [[:]]
        var callCount = 0
        var failingCall: Int?
        var fault = Fault.errorOnce
        var isGone = false
        var random: SeededRandom
        var faultedCall: Call?
        var capacity: UInt64 = .max
    }

    fileprivate let state: Locked<State>
    /// Held while a synchronization waits, for tests that stop the journal's thread there.
    private let gate = Monitor<Gate>(Gate())

    private struct Gate {
        var isClosed = false
        var isHolding = false
    }

    init(seed: UInt64 = 1) {
        state = Locked(State(random: SeededRandom(seed: seed)))
    }

    private init(_ state: consuming State) {
        self.state = Locked(state)
    }

    // MARK: Faults

    /// Makes the Nth call from now fail.
    func fail(call number: Int, _ fault: Fault) {
        state.withLock { state in
            state.callCount = 0
            state.failingCall = number
            state.fault = fault
            state.faultedCall = nil
        }
    }

    /// The call that failed; nil when it was not reached.
    var faultedCall: Call? { state.withLock { $0.faultedCall } }

    /// Bytes that files may have in all.
    func setCapacity(_ byteCount: UInt64) {
        state.withLock { $0.capacity = byteCount }
    }

    /// Holds every synchronization of contents from now on, until `openGate()`.
    func closeGate() { gate.update { $0 = Gate(isClosed: true) } }

    /// Lets synchronizations go on.
    func openGate() { gate.update { $0 = Gate() } }

    /// Waits until a synchronization is being held.
    func waitUntilHeld() { _ = gate.wait { $0.isHolding ? true : nil } }

    /// What another process finds after a loss of power: of what was not synchronized, any part.
    func imageAfterPowerLoss(seed: UInt64) -> FaultyStorage {
        var random = SeededRandom(seed: seed)
        return state.withLock { state in
            var image = State(random: SeededRandom(seed: seed &+ 1))
            image.nextFile = state.nextFile
            let kept = Int.random(in: 0..<state.nameHistory.count, using: &random)
            image.names = state.nameHistory[kept]
            image.nameHistory = [image.names]
            for number in image.names.values.sorted() {
                guard let contents = state.files[number] else { continue }
                var bytes = contents.durable
                // Any subset, but all and none more often than chance gives them.
                let odds = [0, 1, 2, 2, 3, 4][Int.random(in: 0..<6, using: &random)]
                for sector in contents.dirty.sorted() where Int.random(in: 0..<4, using: &random) < odds {
                    let range = sector * 512..<min((sector + 1) * 512, bytes.count)
                    bytes.replaceSubrange(range, with: contents.bytes[range])
                }
                image.files[number] = Contents(bytes: bytes, durable: bytes)
            }
            return FaultyStorage(image)
        }
    }

    /// A copy with nothing pending and no fault.
    func copy() -> FaultyStorage {
        state.withLock { state in
            var image = State(random: SeededRandom(seed: 1))
            image.nextFile = state.nextFile
            image.names = state.names
            image.nameHistory = [state.names]
            for (number, contents) in state.files {
                image.files[number] = Contents(bytes: contents.bytes, durable: contents.bytes)
            }
            return FaultyStorage(image)
        }
    }

    // MARK: Looking and meddling

    /// The bytes of a file.
    subscript(name: String) -> [UInt8]? {
        get {
            state.withLock { state in state.names[name].flatMap { state.files[$0]?.bytes } }
        }
        set {
            state.withLock { state in
                guard let newValue else {
                    state.names[name] = nil
                    return
                }
                let number = state.names[name] ?? state.nextFile
                state.nextFile = max(state.nextFile, number + 1)
                state.names[name] = number
                state.files[number] = Contents(bytes: newValue, durable: newValue)
            }
        }
    }

    /// Changes bytes of a file, as a bad disk does.
    func change(_ name: String, _ body: (inout [UInt8]) -> Void) {
        guard var bytes = self[name] else { return }
        body(&bytes)
        self[name] = bytes
    }

    /// The names of the segments, in order.
    var segmentNames: [String] {
        state.withLock { $0.names.keys.sorted() }
    }

    // MARK: JournalStorage

    func names() throws(PlatformError) -> [String] {
        try call(.names)
        return segmentNames
    }

    func create(
        _ name: String,
        byteCount: UInt64,
        keepGoing: () -> Bool
    ) throws(PlatformError) -> (any JournalFile)? {
        try call(.create)
        guard keepGoing() else { return nil }
        let number = state.withLock { state -> Int? in
            let used = state.names.values.reduce(UInt64(0)) { $0 + UInt64(state.files[$1]?.bytes.count ?? 0) }
            guard used + byteCount <= state.capacity else { return nil }
            let zeros = [UInt8](repeating: 0, count: Int(byteCount))
            let number = state.nextFile
            state.nextFile += 1
            state.files[number] = Contents(bytes: zeros, durable: zeros)
            state.names[name] = number
            state.nameHistory.append(state.names)
            return number
        }
        guard let number else { throw .system(code: ENOSPC, operation: "reserve space for", subject: name) }
        return File(self, number)
    }

    func open(_ name: String) throws(PlatformError) -> any JournalFile {
        try call(.open)
        guard let number = state.withLock({ $0.names[name] }) else {
            throw .system(code: ENOENT, operation: "open", subject: name)
        }
        return File(self, number)
    }

    func rename(_ old: String, to new: String) throws(PlatformError) {
        try call(.rename)
        state.withLock { state in
            state.names[new] = state.names.removeValue(forKey: old)
            state.nameHistory.append(state.names)
        }
    }

    func remove(_ name: String) throws(PlatformError) {
        try call(.remove)
        state.withLock { state in
            state.names[name] = nil
            state.nameHistory.append(state.names)
        }
    }

    func synchronizeNames() throws(PlatformError) {
        try call(.synchronizeNames)
        state.withLock { $0.nameHistory = [$0.names] }
    }

    /// Counts a call, and fails it if it is its turn.
    fileprivate func call(_ call: Call) throws(PlatformError) {
        let fails = state.withLock { state -> Bool in
            if state.isGone { return true }
            state.callCount += 1
            guard state.callCount == state.failingCall else { return false }
            state.faultedCall = call
            state.isGone = state.fault == .crash
            return true
        }
        if fails { throw .system(code: EIO, operation: call.rawValue, subject: "faulty storage") }
    }

    /// Waits while the gate is closed; a segment that is being prepared passes.
    fileprivate func passGate(_ number: Int) {
        let isPrepared = state.withLock { state in
            state.names.contains { $0.key.hasSuffix(".new") && $0.value == number }
        }
        if isPrepared { return }
        gate.update { $0.isHolding = $0.isClosed }
        _ = gate.wait { $0.isClosed ? nil : true }
    }

    /// One open file.
    private final class File: JournalFile {
        private let storage: FaultyStorage
        private let number: Int

        init(_ storage: FaultyStorage, _ number: Int) {
            self.storage = storage
            self.number = number
        }

        func byteCount() throws(PlatformError) -> UInt64 {
            storage.state.withLock { UInt64($0.files[number]?.bytes.count ?? 0) }
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int {
            try storage.call(.read)
            return storage.state.withLock { state in
                guard let bytes = state.files[number]?.bytes, Int(offset) < bytes.count else { return 0 }
                let end = min(Int(offset) + buffer.count, bytes.count)
                buffer.copyBytes(from: bytes[Int(offset)..<end])
                return end - Int(offset)
            }
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
            do throws(PlatformError) {
                try storage.call(.write)
            } catch {
                // A failed write may have written anything of what it should.
                storage.state.withLock { state in
                    for sector in 0..<bytes.count / 512 where Bool.random(using: &state.random) {
                        Self.write(
                            UnsafeRawBufferPointer(rebasing: bytes[sector * 512..<(sector + 1) * 512]),
                            at: Int(offset) + sector * 512,
                            number,
                            &state
                        )
                    }
                }
                throw error
            }
            storage.state.withLock { Self.write(bytes, at: Int(offset), number, &$0) }
        }

        private static func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ number: Int, _ state: inout State)
        {
            precondition(offset % 512 == 0 && bytes.count % 512 == 0, "the journal writes whole sectors")
            let sectors = offset / 512..<(offset + bytes.count) / 512
            state.files[number]?.bytes.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            state.files[number]?.dirty.formUnion(sectors)
        }

        func synchronize() throws(PlatformError) {
            storage.passGate(number)
            try storage.call(.synchronize)
            storage.state.withLock { state in
                guard var contents = state.files.removeValue(forKey: number) else { return }
                for sector in contents.dirty {
                    let range = sector * 512..<(sector + 1) * 512
                    contents.durable.replaceSubrange(range, with: contents.bytes[range])
                }
                contents.dirty = []
                state.files[number] = contents
            }
        }

        func willRead(byteCount: UInt64, at offset: UInt64) {}
    }
}
