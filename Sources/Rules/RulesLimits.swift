/// The named maxima of the rules language. Whatever is beyond is refused when a rule is loaded, never while deciding.
public enum RulesLimits {
    /// How many bytes the text of one rule's condition has at most.
    public static let sourceByteCountMax = 16 * 1_024
    /// How deeply parentheses, calls, lists and conditionals may be nested.
    public static let nestingMax = 48
    /// How deep the tree of one condition may be; a chain `a + b + c` deepens it by one for each operator.
    public static let treeDepthMax = 160
    /// How many nodes one condition has at most after its macros are unrolled.
    public static let nodeCountMax = 20_000
    /// The most that one condition may cost, in the units of `Program.cost`.
    public static let costMax = 4_000
    /// The most that the active rules of a set may cost together, and the shadow rules.
    public static let setCostMax = 400_000
    /// How many registers the code of one condition uses at most.
    public static let registerCountMax = 250
    /// How many rules a set holds that are active, and how many in shadow.
    public static let rulesMax = 4_096
    /// How many attributes and calls a set reads at most.
    public static let slotsMax = 1_024
    /// How many bytes the value of a text attribute has at most.
    public static let textByteCountMax = 1_024
    /// How many values one conjunct may name for the index to take it; longer lists are looked up instead.
    public static let indexedValuesMax = 64
    /// How many values the index of one attribute has at most, over all rules.
    public static let indexedValuesOfAttributeMax = 8_192
    /// How many states the automaton has that looks for parts of one text attribute.
    public static let automatonStatesMax = 16_384
    /// How many matched rules a finding lists; all are in the workspace's bits.
    public static let listedMatchesMax = 16
    /// How many bytes the name of a rule has at most.
    public static let nameByteCountMax = 48
    /// How many bytes the owner of a rule has at most.
    public static let ownerByteCountMax = 64
    /// How many bytes the note of a rule has at most.
    public static let noteByteCountMax = 512
    /// The most that one rule adds to or takes from the score, in ten-thousandths.
    public static let scoreMax: Int32 = 10_000
}
