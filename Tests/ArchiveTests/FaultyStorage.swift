import Archive
import Glibc
import Platform
import Randomness

/// An archive's files in memory, which remembers what was synchronized, fails on demand, and can lose power.
final class FaultyStorage: ArchiveStorage {
    /// What goes wrong at one call.
    enum Fault: CaseIterable {
        /// The call does nothing or part of its work and fails, once; later calls work.
        case errorOnce
        /// The same, and all later calls fail too: the machine is gone.
        case crash
    }

    /// The kinds of calls that count.
    enum Call: String, CaseIterable {
        case names, create, open, rename, remove, synchronizeNames, byteCount, read, write, synchronize
    }

    fileprivate struct Contents {
        var bytes: [UInt8] = []
        /// What a loss of power is sure to leave.
        var durable: [UInt8] = []
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
        var random = SeededRandom(seed: 1)
        var faultedCall: Call?
    }

    fileprivate let state: Locked<State>

    init() { state = Locked(State()) }

    private init(_ state: consuming State) { self.state = Locked(state) }

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

    /// What another process finds after a loss of power: of what was not synchronized, any part.
    func imageAfterPowerLoss(seed: UInt64) -> FaultyStorage {
        var random = SeededRandom(seed: seed)
        return state.withLock { state in
            var image = State()
            image.nextFile = state.nextFile
            image.names = state.nameHistory[Int.random(in: 0..<state.nameHistory.count, using: &random)]
            image.nameHistory = [image.names]
            for number in image.names.values.sorted() {
                guard let contents = state.files[number] else { continue }
                var bytes = contents.durable
                let count = Int.random(
                    in: min(bytes.count, contents.bytes.count)...max(bytes.count, contents.bytes.count),
                    using: &random
                )
                while bytes.count < count { bytes.append(0) }
                for start in stride(from: 0, to: bytes.count, by: 512) where Bool.random(using: &random) {
                    let end = min(start + 512, bytes.count, contents.bytes.count)
                    if start < end { bytes.replaceSubrange(start..<end, with: contents.bytes[start..<end]) }
                }
                image.files[number] = Contents(bytes: bytes, durable: bytes)
            }
            return FaultyStorage(image)
        }
    }

    /// A copy with nothing pending and no fault.
    func copy() -> FaultyStorage {
        state.withLock { state in
            var image = State()
            image.nextFile = state.nextFile
            image.names = state.names
            image.nameHistory = [state.names]
            for (number, contents) in state.files {
                image.files[number] = Contents(bytes: contents.bytes, durable: contents.bytes)
            }
            return FaultyStorage(image)
        }
    }

    /// The bytes of a file; set to nil, there is none.
    subscript(name: String) -> [UInt8]? {
        get { state.withLock { state in state.names[name].flatMap { state.files[$0]?.bytes } } }
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

    /// The names of all files, sorted; not a call that counts.
    var allNames: [String] { state.withLock { $0.names.keys.sorted() } }

    // MARK: ArchiveStorage

    func names() throws(PlatformError) -> [String] {
        try call(.names)
        return allNames
    }

    func create(_ name: String) throws(PlatformError) -> any ArchiveFile {
        let isFailing = isFailing(.create)
        let number = state.withLock { state -> Int? in
            // A failing call may have done its work.
            if isFailing && Bool.random(using: &state.random) { return nil }
            guard state.names[name] == nil else { return nil }
            let number = state.nextFile
            state.nextFile += 1
            state.files[number] = Contents()
            state.names[name] = number
            state.nameHistory.append(state.names)
            return number
        }
        if isFailing { throw Self.failure(.create) }
        guard let number else { throw .system(code: EEXIST, operation: "create", subject: name) }
        return File(self, number)
    }

    func open(_ name: String) throws(PlatformError) -> any ArchiveFile {
        try call(.open)
        guard let number = state.withLock({ $0.names[name] }) else {
            throw .system(code: ENOENT, operation: "open", subject: name)
        }
        return File(self, number)
    }

    func rename(_ old: String, to new: String) throws(PlatformError) {
        let isFailing = isFailing(.rename)
        let isDone = state.withLock { state in
            if isFailing && Bool.random(using: &state.random) { return true }
            guard let number = state.names.removeValue(forKey: old) else { return false }
            state.names[new] = number
            state.nameHistory.append(state.names)
            return true
        }
        if isFailing { throw Self.failure(.rename) }
        guard isDone else { throw .system(code: ENOENT, operation: "rename", subject: old) }
    }

    func remove(_ name: String) throws(PlatformError) {
        let isFailing = isFailing(.remove)
        let isDone = state.withLock { state in
            if isFailing && Bool.random(using: &state.random) { return true }
            guard state.names.removeValue(forKey: name) != nil else { return false }
            state.nameHistory.append(state.names)
            return true
        }
        if isFailing { throw Self.failure(.remove) }
        guard isDone else { throw .system(code: ENOENT, operation: "remove", subject: name) }
    }

    func synchronizeNames() throws(PlatformError) {
        try call(.synchronizeNames)
        state.withLock { $0.nameHistory = [$0.names] }
    }

    private static func failure(_ call: Call) -> PlatformError {
        .system(code: EIO, operation: call.rawValue, subject: "faulty storage")
    }

    /// Counts a call, and says whether it is its turn to fail.
    private func isFailing(_ call: Call) -> Bool {
        state.withLock { state in
            if state.isGone { return true }
            state.callCount += 1
            guard state.callCount == state.failingCall else { return false }
            state.faultedCall = call
            state.isGone = state.fault == .crash
            return true
        }
    }

    fileprivate func call(_ call: Call) throws(PlatformError) {
        if isFailing(call) { throw Self.failure(call) }
    }

    /// One open file.
    private final class File: ArchiveFile {
        private let storage: FaultyStorage
        private let number: Int

        init(_ storage: FaultyStorage, _ number: Int) {
            self.storage = storage
            self.number = number
        }

        func byteCount() throws(PlatformError) -> UInt64 {
            try storage.call(.byteCount)
            return storage.state.withLock { UInt64($0.files[number]?.bytes.count ?? 0) }
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
                // A failed write may have written some of what it should.
                let part = storage.state.withLock { Int.random(in: 0...bytes.count, using: &$0.random) }
                write(UnsafeRawBufferPointer(rebasing: bytes[..<part]), Int(offset))
                throw error
            }
            write(bytes, Int(offset))
        }

        private func write(_ bytes: UnsafeRawBufferPointer, _ offset: Int) {
            storage.state.withLock { state in
                guard var contents = state.files.removeValue(forKey: number) else { return }
                let end = offset + bytes.count
                if contents.bytes.count < end {
                    contents.bytes.append(contentsOf: repeatElement(0, count: end - contents.bytes.count))
                }
                contents.bytes.replaceSubrange(offset..<end, with: bytes)
                state.files[number] = contents
            }
        }

        func synchronize() throws(PlatformError) {
            try storage.call(.synchronize)
            storage.state.withLock { state in
                guard let bytes = state.files[number]?.bytes else { return }
                state.files[number]?.durable = bytes
            }
        }
    }
}
