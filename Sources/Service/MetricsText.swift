public import Platform

/// A page of metrics in the text format of Prometheus (exposition format 0.0.4).
///
/// Units are base units: seconds, bytes. Counters end in `_total`. No label names a card, a merchant or a person.
public struct MetricsText {
    /// The media type of the page.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a family counts.
    public enum Kind: String {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
    }

    private var text = ""

    /// An empty page.
    public init() {}

    /// The page.
    public var bytes: [UInt8] { Array(text.utf8) }

    /// One family with one sample.
    public mutating func value(_ name: String, _ kind: Kind, _ help: String, _ value: UInt64) {
        begin(name, kind.rawValue, help)
        sample(name, [], "\(value)")
    }

    /// One family with one sample in seconds.
    public mutating func seconds(_ name: String, _ kind: Kind, _ help: String, microseconds: UInt64) {
        begin(name, kind.rawValue, help)
        sample(name, [], Self.seconds(microseconds))
    }

    /// One family in seconds with a sample for each value of its labels.
    public mutating func seconds(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ samples: [(labels: [(name: String, value: String)], microseconds: UInt64)]
    ) {
        begin(name, kind.rawValue, help)
        for entry in samples { sample(name, entry.labels, Self.seconds(entry.microseconds)) }
    }

    /// One family with a sample for each value of its labels.
    public mutating func values(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ samples: [(labels: [(name: String, value: String)], value: UInt64)]
    ) {
        begin(name, kind.rawValue, help)
        for entry in samples { sample(name, entry.labels, "\(entry.value)") }
    }

    /// One histogram.
    ///
    /// - Parameter isMicroseconds: Whether it counts microseconds, to be shown in seconds.
    public mutating func histogram(
        _ name: String,
        _ help: String,
        _ counts: BucketHistogram.Counts,
        isMicroseconds: Bool
    ) {
        begin(name, "histogram", help)
        var sum: UInt64 = 0
        for (index, count) in counts.counts.enumerated() {
            sum &+= count
            let bound =
                index < counts.bounds.count
                ? (isMicroseconds ? Self.seconds(counts.bounds[index]) : "\(counts.bounds[index])") : "+Inf"
            sample(name + "_bucket", [("le", bound)], "\(sum)")
        }
        sample(name + "_sum", [], isMicroseconds ? Self.seconds(counts.sum) : "\(counts.sum)")
        sample(name + "_count", [], "\(sum)")
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(value)\n"
    }

    /// Exact, without floating point: `0.000050`, `1.500000`.
    static func seconds(_ microseconds: UInt64) -> String {
        let (whole, part) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard part > 0 else { return "\(whole)" }
        let digits = String(part)
        var fraction = String(repeating: "0", count: 6 - digits.count) + digits
        while fraction.last == "0" { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
