import Domain
import Platform

/// Reads settings by their kind, with their defaults.
struct SettingReader {
    private let values: SettingValues

    init(_ values: SettingValues) { self.values = values }

    /// Checks a setting's value without using it.
    func check(_ setting: Setting) throws(ConfigurationError) {
        switch setting.kind {
        case .number, .powerOfTwo: _ = try number(setting)
        case .mode: _ = try mode(setting)
        case .choice, .path: _ = try text(setting)
        case .flag: _ = try flag(setting)
        case .endpoints: _ = try endpoints(setting)
        case .addresses: _ = try addresses(setting)
        case .scopes: _ = try scopes(setting)
        case .users: _ = try users(setting)
        }
    }

    /// A number, or a power of two.
    func number(_ setting: Setting) throws(ConfigurationError) -> Int {
        guard let text = try single(setting) else { return setting.defaultNumber }
        let range: ClosedRange<Int>
        switch setting.kind {
        case .number(let allowed, _), .powerOfTwo(let allowed): range = allowed
        case .mode, .choice, .flag, .path, .endpoints, .addresses, .users, .scopes:
            preconditionFailure("\(setting.rawValue) is no number")
        }
        guard let number = Int(text), range.contains(number) else { throw invalid(setting) }
        if case .powerOfTwo = setting.kind, number & (number - 1) != 0 { throw invalid(setting) }
        return number
    }

    /// Permission bits.
    func mode(_ setting: Setting) throws(ConfigurationError) -> UInt32 {
        let text = try single(setting) ?? setting.defaultText
        guard (1...4).contains(text.utf8.count), let mode = UInt32(text, radix: 8), mode <= 0o777 else {
            throw invalid(setting)
        }
        return mode
    }

    /// Whether it was given.
    func isSet(_ setting: Setting) -> Bool { values[setting] != nil }

    /// A path or a choice.
    func text(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try single(setting) ?? setting.defaultText
        if case .choice(let words) = setting.kind, !words.contains(text) { throw invalid(setting) }
        guard !text.isEmpty, !text.utf8.contains(0) else { throw invalid(setting, expected: "a path") }
        return text
    }

    /// Yes or no.
    func flag(_ setting: Setting) throws(ConfigurationError) -> Bool {
        switch try single(setting) {
        case nil, "false": false
        case "true": true
        default: throw invalid(setting, expected: "true or false")
        }
    }

    /// Endpoints; `nil` where none are set.
    func endpoints(_ setting: Setting) throws(ConfigurationError) -> [Endpoint]? {
        guard let entry = values[setting] else { return nil }
        var endpoints: [Endpoint] = []
        for text in entry.texts {
            guard let endpoint = Endpoint(text) else {
                throw invalid(setting, value: text, expected: Self.endpointForm(text))
            }
            guard !endpoints.contains(endpoint) else {
                throw invalid(setting, value: text, expected: "given once")
            }
            endpoints.append(endpoint)
        }
        guard !endpoints.isEmpty else { throw invalid(setting, value: "[]", expected: "at least one endpoint") }
        return endpoints
    }

    private static func endpointForm(_ text: String) -> String {
        let form = "tcp:HOST:PORT or unix:PATH"
        let isLong = text.hasPrefix("unix:") && text.utf8.count > 5 + UnixListenerSocket.pathByteCountMax
        return isLong ? "\(form) with at most \(UnixListenerSocket.pathByteCountMax) bytes in PATH" : form
    }

    /// Hosts with ports, as endpoints; none where none are set.
    func addresses(_ setting: Setting) throws(ConfigurationError) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for text in values[setting]?.texts ?? [] {
            guard let endpoint = Endpoint("tcp:" + text) else {
                throw invalid(setting, value: text, expected: "HOST:PORT, such as 0.0.0.0:9702 or [::]:9702")
            }
            guard !endpoints.contains(endpoint) else { throw invalid(setting, value: text, expected: "given once") }
            endpoints.append(endpoint)
        }
        return endpoints
    }

    /// A path; `nil` where none is set.
    func path(_ setting: Setting) throws(ConfigurationError) -> String? {
        isSet(setting) ? try text(setting) : nil
    }

    /// Scopes that a gateway can have.
    func scopes(_ setting: Setting) throws(ConfigurationError) -> Scopes {
        let text = try single(setting) ?? setting.defaultText
        guard let scopes = Scopes(text), scopes.isSubset(of: .gateway) else {
            throw invalid(setting, expected: "\(Scopes.gateway), some of them, or none")
        }
        return scopes
    }

    /// User ids.
    func users(_ setting: Setting) throws(ConfigurationError) -> [UInt32] {
        var users: [UInt32] = []
        for text in values[setting]?.texts ?? [] {
            guard let user = UInt32(text) else { throw invalid(setting, value: text, expected: "a numeric user id") }
            users.append(user)
        }
        return users
    }

    /// Says that a value cannot be used.
    func invalid(_ setting: Setting, value: String? = nil, expected: String? = nil) -> ConfigurationError {
        let entry = values[setting]
        return .invalidValue(
            entry?.source ?? .commandLine,
            key: setting.rawValue,
            value: value ?? entry?.texts.joined(separator: ", ") ?? setting.defaultText,
            expected: expected ?? setting.range ?? "another value"
        )
    }

    private func single(_ setting: Setting) throws(ConfigurationError) -> String? {
        guard let entry = values[setting] else { return nil }
        guard entry.texts.count == 1, let text = entry.texts.first else {
            throw invalid(setting, expected: "one value")
        }
        return text
    }
}
