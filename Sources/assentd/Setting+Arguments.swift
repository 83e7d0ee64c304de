import ArgumentParser

extension NameSpecification {
    /// The long option of a setting.
    static func setting(_ setting: Setting) -> NameSpecification { .customLong(setting.rawValue) }
}

extension ArgumentHelp {
    /// A setting's help.
    static func setting(_ setting: Setting, _ valueName: String? = nil) -> ArgumentHelp {
        ArgumentHelp("\(setting.help)", valueName: valueName)
    }
}
