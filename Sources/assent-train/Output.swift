import Platform

/// What the program says.
enum Output {
    /// Lines for whoever asked.
    static func write(_ lines: [String]) throws(Failure) { try write(lines, to: .output) }

    /// What goes on meanwhile.
    static func remark(_ line: String) throws(Failure) { try write([line], to: .error) }

    private static func write(_ lines: [String], to stream: StandardStream) throws(Failure) {
        do throws(StreamError) {
            try StandardStream.write(lines.joined(separator: "\n") + "\n", to: stream)
        } catch {
            throw Failure(.unwritable, "nothing can be written: \(error)")
        }
    }

    /// Three decimals.
    static func thousandths(_ value: Double) -> String {
        guard value.isFinite else { return "none" }
        let number = Int((value * 1_000).rounded())
        let digits = String(number % 1_000)
        return "\(number / 1_000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
