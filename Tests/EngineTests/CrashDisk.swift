import Glibc
import Journal
import Platform

/// Files in memory that know what was synchronized, and whose Nth call fails, with all after it.
final class CrashDisk: JournalStorage, @unchecked Sendable {
    // SAFETY: everything is behind the lock.
    private struct Contents {
        var bytes: [UInt8] = []
        var durable: [UInt8] = []
    }

    private struct State {
        var files: [Int: Contents] = [:]
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var nextFile = 0
        var callsLeft: Int?
        var isGone = false
    }

    private let state: Locked<State>

    init() { state = Locked(State()) }

    private init(_ copy: State) { state = Locked(copy) }

    /// Everything as it is now, in other files.
    func copy() -> CrashDisk {
        CrashDisk(
            state.withLock { state in
                var copy = state
                copy.isGone = false
                copy.callsLeft = nil
                return copy
            }
        )
    }

    /// What is left of it after a loss of power: what was synchronized and nothing else.
    func durableImage() -> CrashDisk {
        CrashDisk(
            state.withLock { state in
                var copy = State()
                copy.nextFile = state.nextFile
                copy.names = state.durableNames
                copy.durableNames = state.durableNames
                copy.files = state.files.mapValues { Contents(bytes: $0.durable, durable: $0.durable) }
                return copy
            }
        )
    }

    /// Makes the Nth call from now on fail, and all after it.
    func crash(atCall number: Int) { state.withLock { $0.callsLeft = number } }

    /// Whether the call came.
    var hasCrashed: Bool { state.withLock { $0.isGone } }

    /// The bytes of a file.
    subscript(name: String) -> [UInt8]? {
        get { state.withLock { state in state.names[name].flatMap { state.files[$0]?.bytes } } }
        set {
            state.withLock { state in
                guard let number = state.names[name] else { return }
                if let newValue {
                    state.files[number] = Contents(bytes: newValue, durable: newValue)
                } else {
                    state.names[name] = nil
                    state.durableNames[name] = nil
                }
            }
        }
    }

    private func call(_ operation: String) throws(PlatformError) {
        let fails = state.withLock { state -> Bool in
            if state.isGone { return true }
            guard let left = state.callsLeft else { return false }
            state.callsLeft = left - 1
            state.isGone = left <= 1
            return state.isGone
        }
        if fails { throw .system(code: EIO, operation: operation, subject: "crashing disk") }
    }

    // MARK: JournalStorage

    func names() throws(PlatformError) -> [String] {
        try call("list")
        return state.withLock { $0.names.keys.sorted() }
    }

    func create(
        _ name: String,
        byteCount: UInt64,
        keepGoing: () -> Bool
    ) throws(PlatformError) -> (any JournalFile)? {
        try call("create")
        return File(
            self,
            state.withLock { state in
                let zeros = [UInt8](repeating: 0, count: Int(byteCount))
                state.files[state.nextFile] = Contents(bytes: zeros, durable: zeros)
                state.names[name] = state.nextFile
                state.nextFile += 1
                return state.nextFile - 1
            }
        )
    }

    func open(_ name: String) throws(PlatformError) -> any JournalFile {
        try call("open")
        guard let number = state.withLock({ $0.names[name] }) else {
            throw .system(code: ENOENT, operation: "open", subject: name)
        }
        return File(self, number)
    }

    func rename(_ old: String, to new: String) throws(PlatformError) {
        try call("rename")
        state.withLock { $0.names[new] = $0.names.removeValue(forKey: old) }
    }

    func remove(_ name: String) throws(PlatformError) {
        try call("remove")
        state.withLock { $0.names[name] = nil }
    }

    func synchronizeNames() throws(PlatformError) {
        try call("synchronize")
        state.withLock { $0.durableNames = $0.names }
    }

    /// One open file.
    private final class File: JournalFile {
        private let disk: CrashDisk
        private let number: Int

        init(_ disk: CrashDisk, _ number: Int) {
            self.disk = disk
            self.number = number
        }

        func byteCount() throws(PlatformError) -> UInt64 {
            try disk.call("examine")
            return disk.state.withLock { UInt64($0.files[number]?.bytes.count ?? 0) }
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int {
            try disk.call("read")
            return disk.state.withLock { state in
                guard let bytes = state.files[number]?.bytes, Int(offset) < bytes.count else { return 0 }
                let end = min(Int(offset) + buffer.count, bytes.count)
                buffer.copyBytes(from: bytes[Int(offset)..<end])
                return end - Int(offset)
            }
        }

        func write(_ source: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
            try disk.call("write")
            disk.state.withLock { state in
                guard var contents = state.files.removeValue(forKey: number) else { return }
                let end = Int(offset) + source.count
                if contents.bytes.count < end {
                    contents.bytes.append(contentsOf: repeatElement(0, count: end - contents.bytes.count))
                }
                contents.bytes.replaceSubrange(Int(offset)..<end, with: source)
                state.files[number] = contents
            }
        }

        func synchronize() throws(PlatformError) {
            try disk.call("synchronize")
            disk.state.withLock { state in
                guard var contents = state.files.removeValue(forKey: number) else { return }
                contents.durable = contents.bytes
                state.files[number] = contents
            }
        }

        func willRead(byteCount: UInt64, at offset: UInt64) {}
    }
}
