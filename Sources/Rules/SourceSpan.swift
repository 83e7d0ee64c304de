/// Where something stands in the text of a condition, as UTF-8 bytes.
public struct SourceSpan: Hashable, Sendable {
    /// The first byte.
    public var start: Int
    /// The byte after the last.
    public var end: Int

    /// Takes two places, the first not behind the second.
    public init(start: Int, end: Int) {
        precondition(0 <= start && start <= end)
        self.start = start
        self.end = end
    }

    /// From the beginning of this to the end of the other.
    func joined(with other: SourceSpan) -> SourceSpan {
        SourceSpan(start: min(start, other.start), end: max(end, other.end))
    }
}
