/// Finds the name that somebody may have meant.
public enum NearName {
    /// The candidate with the fewest edits, if they are few for its length; the first of equals.
    public static func nearest(to name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.utf8.prefix(80)).map(lowerCase)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.utf8).map(lowerCase)
            let distance = edits(wanted, letters)
            let tolerated = max(1, min(wanted.count, letters.count) / 3)
            guard distance <= tolerated, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        // A last part alone is a common slip: `category` for `merchant.category`.
        if best == nil {
            let tails = candidates.filter { $0.split(separator: ".").last.map(String.init) == name }
            return tails.first
        }
        return best?.name
    }

    /// `did you mean 'x'?`, or a list of what there is where nothing is near.
    static func advice(for name: String, among candidates: [String], called kind: String) -> String {
        if let nearest = nearest(to: name, among: candidates) { return "did you mean '\(nearest)'?" }
        guard !candidates.isEmpty else { return "" }
        let listed = candidates.prefix(24).joined(separator: ", ")
        return "\(kind): \(listed)\(candidates.count > 24 ? ", …" : "")"
    }

    private static func lowerCase(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    /// Insertions, deletions, replacements and swaps of neighbours (Damerau and Levenshtein, optimal alignment).
    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var rows = [Array(0...right.count)]
        for (index, letter) in left.enumerated() {
            var row = [index + 1]
            for (place, other) in right.enumerated() {
                var least = min(row[place] + 1, rows[index][place + 1] + 1)
                least = min(least, rows[index][place] + (letter == other ? 0 : 1))
                if index > 0, place > 0, letter == right[place - 1], left[index - 1] == other {
                    least = min(least, rows[index - 1][place - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
