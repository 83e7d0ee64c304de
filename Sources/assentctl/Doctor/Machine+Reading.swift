import Audit
import Platform

extension Machine {
    /// Why a machine cannot be looked at.
    enum Failure: Error, Equatable {
        case noDataDirectory
        case noSettings(reason: String)
    }

    /// Where daemons keep their data when nothing is said, with the most likely first.
    ///
    /// - Parameter socket: Where the daemon was found.
    static func dataDirectories(given: String?, socket: Endpoint) -> [String] {
        if let given { return [given] }
        guard case .unix(let path) = socket, let slash = path.lastIndex(of: "/") else { return [] }
        let directory = String(path[..<slash])
        let name = directory.split(separator: "/").last.map(String.init) ?? ""
        return [directory, "/var/lib/\(name)"]
    }

    /// Looks.
    init(dataDirectories: [String]) throws(Failure) {
        guard
            let directory = dataDirectories.first(where: { FileSystem.exists($0 + "/settings") })
                ?? dataDirectories.first
        else { throw .noDataDirectory }
        dataDirectory = directory
        let path = directory + "/settings"
        do throws(PlatformError) {
            settings = Settings(
                String(decoding: try FileSystem.contents(of: path, byteCountMax: 1 << 20), as: UTF8.self)
            )
        } catch {
            throw .noSettings(reason: "\(error)")
        }
        settingsSecond = FilePermissions(of: path)?.changedSecond ?? 0
        process = settings.number("process").flatMap { Process(id: $0) }
        let memory = Self.words(ofFile: "/proc/meminfo", after: "MemTotal:").first.flatMap { UInt64($0) }
        memoryByteCount = (memory ?? 0) << 10
        files = Self.files(directory, settings)
        stampedSecond = Anchors.keptSecond(.timestamp, in: directory + "/audit")
        ethereumSecond = Anchors.keptSecond(.ethereum, in: directory + "/audit")
    }

    private static func files(_ directory: String, _ settings: Settings) -> [File] {
        var files: [File] = []
        func look(_ path: String, _ kind: File.Kind) {
            if let permissions = FilePermissions(of: path) {
                files.append(File(kind: kind, path: path, permissions: permissions))
            }
        }
        look(directory, .dataDirectory)
        let entries = (try? FileSystem.names(inDirectory: directory)) ?? []
        for entry in entries where !entry.hasSuffix(".sock") {
            let path = directory + "/" + entry
            look(path, .data)
            for name in (try? FileSystem.names(inDirectory: path)) ?? [] { look(path + "/" + name, .data) }
        }
        for name in ["tls-key", "audit-key", "audit-former-key"] {
            for path in settings[name] { look(path, .key) }
        }
        for name in (try? FileSystem.names(inDirectory: Self.credentials)) ?? [] {
            // Certificates and lists are nobody's secret.
            if name.hasSuffix("-key") { look(Self.credentials + "/" + name, .key) }
        }
        for path in settings["config"] { look(path, .configuration) }
        for role in ["gateway", "administration", "metrics"] {
            for path in settings[role + "-socket"] { look(path, .socket(role: role)) }
        }
        return files
    }

    /// Where the packages keep keys.
    private static let credentials = "/etc/assent/credentials"

    /// The words behind the first line that begins so; none where there is no such line.
    fileprivate static func words(ofFile path: String, after beginning: String) -> [Substring] {
        guard let bytes = try? FileSystem.contents(of: path, byteCountMax: 1 << 16) else { return [] }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(beginning) }
        return line?.dropFirst(beginning.count).split { $0 == " " || $0 == "\t" } ?? []
    }
}

extension Machine.Process {
    /// Looks at a process, if it is a daemon: a number may be somebody else's by now.
    init?(id: UInt64) {
        let place = "/proc/\(id)"
        guard let name = try? FileSystem.contents(of: place + "/comm", byteCountMax: 64),
            name == Array("assentd\n".utf8),
            let user = Machine.words(ofFile: place + "/status", after: "Uid:").first.flatMap({ UInt32($0) })
        else { return nil }
        self.user = user
        // The first is the limit in force; "unlimited" is no number.
        descriptorCountMax = Machine.words(ofFile: place + "/limits", after: "Max open files").first.flatMap {
            UInt64($0)
        }
        fileByteCountMax = Machine.words(ofFile: place + "/limits", after: "Max file size").first.flatMap { UInt64($0) }
        memoryByteCountMax = Self.memoryMax(
            ofGroup: Machine.words(ofFile: place + "/cgroup", after: "0::").first.map(String.init)
        )
    }

    /// The least of a control group's bound and those of the groups around it (cgroups(7), version 2).
    private static func memoryMax(ofGroup group: String?) -> UInt64? {
        guard var group, group.hasPrefix("/") else { return nil }
        var least: UInt64?
        while true {
            let path = "/sys/fs/cgroup" + (group == "/" ? "" : group) + "/memory.max"
            if let bound = Machine.words(ofFile: path, after: "").first.flatMap({ UInt64($0) }) {
                least = min(least ?? bound, bound)
            }
            guard group != "/", let slash = group.lastIndex(of: "/") else { return least }
            group = slash == group.startIndex ? "/" : String(group[..<slash])
        }
    }
}
