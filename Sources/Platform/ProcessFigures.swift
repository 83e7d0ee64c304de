internal import Glibc

/// What the kernel counts of this process.
public struct ProcessFigures: Equatable, Sendable {
    /// Microseconds of processor time, in user and in kernel mode together.
    public var processorMicroseconds: UInt64
    /// Bytes of memory resident now.
    public var residentByteCount: UInt64
    /// Open file descriptors; nil where the kernel does not say.
    public var descriptorCount: UInt64?
    /// How many may be open.
    public var descriptorCountMax: UInt64

    /// Looks now.
    public init() {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        processorMicroseconds =
            UInt64(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
            + UInt64(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        residentByteCount = CurrentProcess.residentByteCount()
        descriptorCount = (try? FileSystem.names(inDirectory: "/proc/self/fd")).map { UInt64($0.count) }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        descriptorCountMax = UInt64(limit.rlim_cur)
    }
}
