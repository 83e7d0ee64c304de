/// How the length of a window is written: a whole number and a unit.
enum WindowText {
    private static let units: [(unit: Character, seconds: UInt32)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

    /// In the longest unit that fits; a single minute is 60s.
    static func text(_ seconds: UInt32) -> String {
        for (unit, length) in units where seconds % length == 0 && (length == 1 || length > 60 || seconds > length) {
            // A day is written as 24h where hours are the longest unit that velocity rules know.
            if length == 86_400, seconds == length { continue }
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }

    /// The seconds of a window; `nil`: it is not a whole number of up to seven digits with a unit.
    static func seconds(_ text: String) -> UInt32? {
        guard let last = text.last, let factor = units.first(where: { $0.unit == last })?.seconds else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.utf8.count <= 7, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = UInt32(digits)
        else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : seconds
    }
}
