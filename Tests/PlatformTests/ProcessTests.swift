import Glibc
import Platform
import Testing

/// Clocks, memory, threads, signals and what the process knows of itself.
struct ProcessTests {
    @Test func theClocksGoOn() {
        let first = Clock.monotonicNanoseconds()
        let second = Clock.monotonicNanoseconds()
        #expect(second >= first && first > 0)
        // Microseconds: after 2020 and before 2100.
        #expect((1_577_836_800_000_000..<4_102_444_800_000_000).contains(Clock.now()))
    }

    @Test func mappedMemoryIsZeroAndCanBeWritten() throws {
        let count = 5 << 20
        let memory = try Memory.mapAnonymous(byteCount: count)
        let bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
        #expect(Memory.isZero(UnsafeRawBufferPointer(bytes)))
        #expect(UInt(bitPattern: memory) % 4_096 == 0)
        Memory.prefetch(memory)
        for place in [0, 1, count / 2, count - 1] {
            bytes[place] = 1
            #expect(!Memory.isZero(UnsafeRawBufferPointer(bytes)), "byte \(place)")
            bytes[place] = 0
        }
        #expect(Memory.isZero(UnsafeRawBufferPointer(bytes)))
        bytes[7] = 1
        Memory.clear(bytes)
        #expect(Memory.isZero(UnsafeRawBufferPointer(bytes)))
        #expect(Memory.isZero(UnsafeRawBufferPointer(start: nil, count: 0)))
        Memory.unmap(memory, byteCount: count)
    }

    @Test func memoryThatCannotBeHadIsAnError() {
        #expect(throws: PlatformError.self) { try Memory.mapAnonymous(byteCount: 1 << 60) }
    }

    @Test func residentMemoryGrowsWithWhatIsTouched() throws {
        let before = CurrentProcess.residentByteCount()
        #expect(before > 1 << 20)
        let count = 256 << 20
        let memory = try Memory.mapAnonymous(byteCount: count)
        memset(memory, 1, count)
        // Other tests come and go meanwhile, but hardly by so much.
        #expect(CurrentProcess.residentByteCount() > before + UInt64(count / 2))
        Memory.unmap(memory, byteCount: count)
    }

    @Test func randomBytesAreNotTheSameTwice() {
        #expect(Set((0..<100).map { _ in RandomBytes.word() }).count == 100)
        var long = [UInt8](repeating: 0, count: 100_000)
        long.withUnsafeMutableBytes { RandomBytes.fill($0) }
        // Each value about 390 times.
        var counts = [Int](repeating: 0, count: 256)
        for byte in long { counts[Int(byte)] += 1 }
        #expect(counts.allSatisfy { (200...600).contains($0) })
    }

    @Test func aThreadRunsUnderItsName() throws {
        let name = Box(Locked(""))
        let thread = try WorkerThread(name: "a-long-thread-name", stackByteCount: 1) {
            let bytes = (try? FileSystem.contents(of: "/proc/thread-self/comm", byteCountMax: 64)) ?? []
            name.value.withLock { $0 = String(decoding: bytes, as: UTF8.self) }
        }
        thread.join()
        #expect(name.value.withLock { $0 } == "a-long-thread-n\n")
    }

    @Test(arguments: [
        (SIGTERM, TerminationSignals.Received.terminate), (SIGINT, .interrupt), (SIGHUP, .hangUp), (SIGUSR1, .user1),
        (SIGUSR2, .user2),
    ])
    func aSignalReachesWhoeverWaitsForIt(number: Int32, expected: TerminationSignals.Received) throws {
        let received = Box(Locked(TerminationSignals.Received?.none))
        // On a thread of its own: only there the signals are kept back.
        let thread = try WorkerThread(name: "signals") {
            TerminationSignals.block()
            pthread_kill(pthread_self(), number)
            let signal = TerminationSignals.wait()
            received.value.withLock { $0 = signal }
        }
        thread.join()
        #expect(received.value.withLock { $0 } == expected)
    }

    @Test func theProcessKnowsItself() {
        #expect(CurrentProcess.identifier == getpid())
        #expect(CurrentProcess.processorCount >= 1)
        #expect(CurrentProcess.user == geteuid())
    }

    @Test func aFileIsNoTerminal() throws {
        let file = try FileDescriptor.open("/dev/null", .read)
        #expect(!FileDescriptor.isTerminal(file.rawValue))
        if !Terminal.isOutput { #expect(Terminal.columns == nil) }
    }
}
