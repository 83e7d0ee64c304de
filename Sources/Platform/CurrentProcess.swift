internal import Glibc

/// What this process knows of itself.
public enum CurrentProcess {
    /// The process id.
    public static var identifier: Int32 { getpid() }

    /// The effective user id.
    public static var user: UInt32 { geteuid() }

    /// Bytes of memory resident now (proc(5), `/proc/self/statm`); 0 when the kernel does not say.
    public static func residentByteCount() -> UInt64 {
        guard let text = try? FileSystem.contents(of: "/proc/self/statm", byteCountMax: 256) else { return 0 }
        let fields = text.split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = UInt64(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
        return pages * UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 0))
    }

    /// How many processors may run this process, at least 1 (sched_getaffinity(2) through sysconf(3)).
    public static var processorCount: Int {
        max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
    }

    /// Ends the process at once, without running exit handlers (_exit(2)).
    public static func exitNow(_ code: Int32) -> Never {
        _exit(code)
    }
}
