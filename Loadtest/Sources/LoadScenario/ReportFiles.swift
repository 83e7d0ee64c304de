internal import Foundation

/// Writes reports to a directory, which is made where it is missing.
public enum ReportFiles {
    /// Writes or replaces each file.
    public static func write(_ files: [(name: String, text: String)], to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for file in files {
            try file.text.write(toFile: "\(directory)/\(file.name)", atomically: true, encoding: .utf8)
        }
    }
}
