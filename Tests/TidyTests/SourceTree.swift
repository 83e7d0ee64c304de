import Foundation

/// The repository's Swift files as text, read once.
struct SourceTree {
    struct File {
        /// The path from the repository's root.
        let path: String
        let lines: [String]

        /// The folder below `Sources` or `Tests` that the file belongs to.
        var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var isGenerated: Bool { path.contains("/Generated/") }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let sources = files(below: "Sources", ending: ".swift")
    static let tests = files(below: "Tests", ending: ".swift")
    static let loadtest = files(below: "Loadtest", ending: ".swift")

    /// The whole text of a file; nothing when there is none.
    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    static func files(below folder: String, ending suffix: String) -> [File] {
        let base = root.appending(path: folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var files: [File] = []
        for case let path as String in walk where path.hasSuffix(suffix) && !path.contains(".build/") {
            guard let text = try? String(contentsOf: base.appending(path: path), encoding: .utf8) else { continue }
            files.append(File(path: "\(folder)/\(path)", lines: text.components(separatedBy: "\n")))
        }
        return files.sorted { $0.path < $1.path }
    }
}
