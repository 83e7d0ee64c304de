import ArgumentParser
import Domain
import Platform
import Wire

/// A value as it is given on the command line.
enum ValueSource {
    /// Reads `@FILE`, `-` for standard input, or takes the text itself; the end's line feed of a file is dropped.
    static func read(_ text: String) throws(CommandFailure) -> String {
        let bytes: [UInt8]
        let name: String
        do throws(StreamError) {
            if text == "-" {
                name = "standard input"
                bytes = try StandardStream.readInput(byteCountMax: WireLimits.settingValueByteCountMax + 1)
            } else if text.hasPrefix("@") {
                name = String(text.dropFirst())
                bytes = try StandardStream.readFile(name, byteCountMax: WireLimits.settingValueByteCountMax + 1)
            } else {
                return text
            }
        } catch {
            let name = text == "-" ? "standard input" : String(text.dropFirst())
            switch error {
            case .failed(_, let reason): throw CommandFailure(.noInput, "cannot read \(name): \(reason)")
            case .tooLarge, .brokenPipe:
                let most = Figures.bytes(UInt64(WireLimits.settingValueByteCountMax))
                throw CommandFailure(.noInput, "\(name) has more than \(most), the most that a setting takes")
            }
        }
        guard var content = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.noInput, "\(name) is not UTF-8")
        }
        if content.hasSuffix("\r\n") || content.hasSuffix("\n") { content.removeLast() }
        return content
    }
}
