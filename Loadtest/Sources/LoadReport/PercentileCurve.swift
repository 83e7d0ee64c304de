import Glibc

/// Draws a latency distribution as a self-contained SVG: percentiles on a logarithmic x axis (every step to the right
/// is ten times rarer), latency on a logarithmic y axis; colours follow the reader's light or dark scheme.
public struct PercentileCurve {
    /// One line of the drawing.
    public struct Series {
        /// What the line shows.
        public let name: String
        /// Shares (0 to 1) and nanoseconds, ascending.
        public let points: [(share: Double, nanoseconds: UInt64)]

        /// A named line.
        public init(name: String, points: [(share: Double, nanoseconds: UInt64)]) {
            self.name = name
            self.points = points
        }
    }

    private static let width = 960.0
    private static let height = 540.0
    private static let left = 84.0
    private static let right = 24.0
    private static let top = 76.0
    private static let bottom = 64.0

    private let title: String
    private let subtitle: String
    private let series: [Series]
    private let decades: Double
    private let lowest: Double
    private let highest: Double

    /// Takes up to six series; those without points are left out.
    public init(title: String, subtitle: String, series: [Series]) {
        self.title = title
        self.subtitle = subtitle
        self.series = Array(series.filter { !$0.points.isEmpty }.prefix(6))
        let all = self.series.flatMap(\.points)
        let rarest = all.map(\.share).filter { $0 < 1 }.max() ?? 0.9
        decades = min(8, max(1, (-log10(1 - rarest)).rounded(.up)))
        let values = all.map { max(1, Double($0.nanoseconds)) }
        lowest = pow(10, log10(values.min() ?? 1_000).rounded(.down))
        highest = max(pow(10, log10(values.max() ?? 1_000_000).rounded(.up)), lowest * 10)
    }

    /// The drawing.
    public var svg: String {
        let parts = [head, grid, series.enumerated().map(line).joined(), legend, "</svg>\n"]
        return parts.joined()
    }

    private var head: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(Self.width)) \(number(Self.height))" role="img" \
        font-family="system-ui, sans-serif">
        <title>\(escaped(title))</title>
        <style>
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2024; --soft: #60666d; --rule: #dfe3e7; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #14171a; --ink: #eceef0; --soft: #9aa1a8; --rule: #31373d; }
        }
        .paper { fill: var(--paper); } text { fill: var(--ink); font-size: 13px; }
        .soft { fill: var(--soft); } .title { font-size: 18px; font-weight: 600; }
        .rule { stroke: var(--rule); stroke-width: 1; }
        .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
        .c0 { stroke: #2f7de1; } .c1 { stroke: #e0772a; } .c2 { stroke: #2fa36b; } .c3 { stroke: #b455c9; }
        .c4 { stroke: #c9a227; } .c5 { stroke: #d6455d; }
        </style>
        <rect class="paper" width="100%" height="100%"/>
        <text class="title" x="\(number(Self.left))" y="32">\(escaped(title))</text>
        <text class="soft" x="\(number(Self.left))" y="54">\(escaped(subtitle))</text>

        """
    }

    private var grid: String {
        var text = ""
        let end = Self.width - Self.right
        let base = Self.height - Self.bottom
        for decade in 0...Int(decades) {
            let x = number(horizontal(1 - pow(10, -Double(decade))))
            text += "<line class=\"rule\" x1=\"\(x)\" y1=\"\(number(Self.top))\" x2=\"\(x)\" y2=\"\(number(base))\"/>\n"
            text += "<text class=\"soft\" x=\"\(x)\" y=\"\(number(base + 20))\" text-anchor=\"middle\">"
            text += "\(percentileName(decade))</text>\n"
        }
        var value = lowest
        while value <= highest * 1.001 {
            for step in [1.0, 2, 5] where value * step <= highest * 1.001 {
                let y = vertical(value * step)
                text += "<line class=\"rule\" x1=\"\(number(Self.left))\" y1=\"\(number(y))\" x2=\"\(number(end))\" "
                text += "y2=\"\(number(y))\"/>\n<text class=\"soft\" x=\"\(number(Self.left - 8))\" "
                text += "y=\"\(number(y + 4))\" text-anchor=\"end\">\(latencyName(value * step))</text>\n"
            }
            value *= 10
        }
        let middle = number((Self.left + end) / 2)
        text +=
            "<text x=\"\(middle)\" y=\"\(number(base + 46))\" text-anchor=\"middle\">percentile of requests</text>\n"
        let centre = number((Self.top + base) / 2)
        text += "<text transform=\"translate(20 \(centre)) rotate(-90)\" text-anchor=\"middle\">latency</text>\n"
        return text
    }

    private func line(_ index: Int, _ series: Series) -> String {
        let points = series.points.map { point in
            "\(number(horizontal(point.share))),\(number(vertical(Double(point.nanoseconds))))"
        }
        return "<polyline class=\"curve c\(index)\" points=\"\(points.joined(separator: " "))\"/>\n"
    }

    private var legend: String {
        var text = ""
        for (index, each) in series.enumerated() {
            let y = Self.top + 20 + Double(index) * 20
            text += "<line class=\"curve c\(index)\" x1=\"\(number(Self.left + 14))\" y1=\"\(number(y - 4))\" "
            text += "x2=\"\(number(Self.left + 40))\" y2=\"\(number(y - 4))\"/>\n"
            text += "<text x=\"\(number(Self.left + 48))\" y=\"\(number(y))\">\(escaped(each.name))</text>\n"
        }
        return text
    }

    private func horizontal(_ share: Double) -> Double {
        let decade = share >= 1 ? decades : min(decades, -log10(1 - share))
        return Self.left + decade / decades * (Self.width - Self.left - Self.right)
    }

    private func vertical(_ nanoseconds: Double) -> Double {
        let share = (log10(max(nanoseconds, lowest)) - log10(lowest)) / (log10(highest) - log10(lowest))
        return Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom)
    }

    /// 0 %, 90 %, 99 %, 99.9 % ...
    private func percentileName(_ decade: Int) -> String {
        switch decade {
        case 0: "0 %"
        case 1: "90 %"
        case 2: "99 %"
        default: "99.\(String(repeating: "9", count: decade - 2)) %"
        }
    }

    private func latencyName(_ nanoseconds: Double) -> String {
        if nanoseconds < 999 { return "\(Int(nanoseconds.rounded())) ns" }
        if nanoseconds < 999_999 { return "\(Int((nanoseconds / 1e3).rounded())) µs" }
        if nanoseconds < 999_999_999 { return "\(Int((nanoseconds / 1e6).rounded())) ms" }
        return "\(Int((nanoseconds / 1e9).rounded())) s"
    }

    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
    }

    private func escaped(_ text: String) -> String {
        var safe = ""
        for character in text {
            switch character {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            default: safe.append(character)
            }
        }
        return safe
    }
}
