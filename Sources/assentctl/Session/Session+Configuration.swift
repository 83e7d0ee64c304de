import Domain
import Wire

/// The settings and the version that they are of.
struct Configuration {
    var version: LogSequenceNumber
    var settings: [ConfigGetReply.SettingsEntry]
}

extension Session {
    /// All settings whose keys begin so, page by page; read again from the start when they change meanwhile.
    mutating func settings(prefix: String) throws(CommandFailure) -> Configuration {
        for _ in 0..<10 {
            var page = try ask(ConfigGet(prefix: prefix, afterKey: ""), ConfigGetReply.self)
            var configuration = Configuration(version: page.configurationVersion, settings: page.settings)
            while page.more, page.configurationVersion == configuration.version, let last = page.settings.last {
                page = try ask(ConfigGet(prefix: prefix, afterKey: last.key), ConfigGetReply.self)
                configuration.settings += page.settings
            }
            if page.configurationVersion == configuration.version { return configuration }
        }
        throw CommandFailure(.transient, "the configuration changes faster than it can be read")
    }
}
