import Platform
import Transport

/// The file `settings` in the data directory: what is in force, for `assentctl doctor` and for whoever wonders. Written
/// when the daemon is ready and when it was reloaded; never read by it.
struct SettingsFile {
    /// Where it is.
    let path: String
    private let first: Configuration
    private let configurationPath: String?

    /// - Parameters:
    ///   - first: What the daemon was started with.
    ///   - configurationPath: The file that it was read from.
    init(startedWith first: Configuration, configurationPath: String?) {
        self.first = first
        self.configurationPath = configurationPath
        path = first.dataDirectory + "/settings"
    }

    /// Puts it in place; not durable, as it is of use only while the daemon runs.
    func write(_ current: Configuration) throws(PlatformError) {
        try FileSystem.replace(path, with: Array(text(current).utf8), isDurable: false)
    }

    /// Lines of a name and a value; a name with several values has several lines.
    func text(_ current: Configuration) -> String {
        var lines = [
            "# What assentd has in force. Written by it, and read by assentctl doctor: changing it changes nothing."
        ]
        func add(_ name: String, _ value: String) {
            lines.append(
                "\(name) \(value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " "))"
            )
        }
        add("process", "\(CurrentProcess.identifier)")
        if let configurationPath { add("config", configurationPath) }
        for listener in first.server.listeners {
            if case .unix(let path) = listener.endpoint { add("\(listener.role)-socket", path) }
        }
        for endpoint in first.metrics {
            if case .unix(let path) = endpoint { add("metrics-socket", path) }
        }
        for setting in Setting.allCases {
            let values = (Reload.isEffective(setting, of: current) ? current : first).values
            if let entry = values[setting] {
                for value in entry.texts { add(setting.rawValue, value) }
            } else if setting.hasPlainDefault {
                add(setting.rawValue, setting.defaultText)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Setting {
    /// Whether its default is written as a value would be.
    fileprivate var hasPlainDefault: Bool {
        switch kind {
        case .number, .powerOfTwo, .mode, .choice, .flag, .scopes: true
        case .path, .endpoints, .addresses, .users: false
        }
    }
}
