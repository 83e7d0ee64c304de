import Foundation

/// A file system of a few MiB, mounted for one test; needs root.
final class SmallFileSystem {
    let path: String

    init(below scratch: Scratch, mebibytes: Int) throws {
        path = scratch.path + "/small"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "assent-test", path])
    }

    deinit { try? Self.run("umount", ["--lazy", path]) }

    func grow(toMebibytes mebibytes: Int) throws {
        try Self.run("mount", ["-o", "remount,size=\(mebibytes)m", path])
    }

    static func run(_ program: String, _ arguments: [String]) throws {
        let process = try ChildProcess(program, arguments)
        guard try process.waitForEnd() == .exited(0) else {
            throw ChildProcess.Failure(description: process.report)
        }
    }

    /// Whether this process may mount: root in a container may not.
    static let canMount: Bool = {
        guard let scratch = try? Scratch() else { return false }
        return (try? SmallFileSystem(below: scratch, mebibytes: 1)) != nil
    }()
}
