internal import Foundation

/// What the host of a virtual machine takes of its processors' time, from one moment on (proc_stat(5)).
struct StolenTime {
    private let start = Self.counters()

    /// The share of the time since then, from 0 to 1; 0 where the kernel does not say.
    func share() -> Double {
        let now = Self.counters()
        guard now.all > start.all else { return 0 }
        return Double(now.stolen - start.stolen) / Double(now.all - start.all)
    }

    /// In ticks of all processors since the machine started: what the host took, and everything.
    private static func counters() -> (stolen: Int, all: Int) {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        // user nice system idle iowait irq softirq steal; what guests had is in user and nice already.
        let ticks = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8).compactMap { Int($0) }
        return (ticks.count == 8 ? ticks[7] : 0, ticks.reduce(0, +))
    }
}
