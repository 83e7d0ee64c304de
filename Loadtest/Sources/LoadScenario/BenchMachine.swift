internal import Foundation
internal import Platform

/// What the figures were measured on.
enum BenchMachine {
    static var processor: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").dropFirst().joined().trimmingCharacters(in: .whitespaces) ?? "unknown"
    }

    static var memoryByteCount: UInt64 { ProcessInfo.processInfo.physicalMemory }

    static var kernel: String {
        let text = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? "unknown"
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static var text: String {
        "\(CurrentProcess.processorCount) x \(processor), \(memoryByteCount >> 30) GiB, Linux \(kernel)"
    }
}
