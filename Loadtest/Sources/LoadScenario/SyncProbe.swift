internal import LoadReport
internal import Platform

/// Measures the disk alone: overwriting a preallocated file bit by bit, with `fdatasync` after each write.
enum SyncProbe {
    private static let fileByteCount: UInt64 = 64 << 20

    static func measure(directory: String, byteCount: Int, seconds: Double) throws -> BenchFigures.Round {
        let path = directory + "/sync-probe-\(CurrentProcess.identifier)"
        defer { try? FileSystem.remove(path) }
        let file = try FileDescriptor.open(path, .openOrCreate)
        try file.fillWithZeros(byteCount: fileByteCount)
        let block = [UInt8](repeating: 0xA5, count: byteCount)
        var latencies = LatencyRecorder()
        var offset: UInt64 = 0
        let start = Clock.monotonicNanoseconds()
        var now = start
        while Double(now - start) < seconds * 1e9 {
            try write(block, file, offset)
            try file.synchronizeData()
            let later = Clock.monotonicNanoseconds()
            latencies.record(UInt64(max(0, later - now)))
            now = later
            offset += UInt64(byteCount)
            if offset + UInt64(byteCount) > fileByteCount { offset = 0 }
        }
        let elapsed = Double(now - start) / 1e9
        return BenchFigures.Round(perSecond: Double(latencies.count) / elapsed, latencies: latencies.summary)
    }

    private static func write(_ block: [UInt8], _ file: borrowing FileDescriptor, _ offset: UInt64) throws {
        var failure: PlatformError?
        block.withUnsafeBytes { bytes in
            do throws(PlatformError) {
                try file.write(bytes, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
