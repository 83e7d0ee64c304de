/// What was set, by whom: the command line over the file.
struct SettingValues: Equatable {
    /// One setting's values as they were written, and where.
    struct Entry: Equatable {
        var texts: [String]
        var source: ConfigurationError.Source
    }

    private var entries: [String: Entry] = [:]

    /// What was set; `nil` where nothing was.
    subscript(setting: Setting) -> Entry? {
        get { entries[setting.rawValue] }
        set { entries[setting.rawValue] = newValue }
    }

    /// These values, and the others' where these have none.
    func over(_ others: SettingValues) -> SettingValues {
        var merged = others
        for setting in Setting.allCases {
            if let entry = self[setting] { merged[setting] = entry }
        }
        return merged
    }
}
