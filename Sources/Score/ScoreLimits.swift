/// The maxima of features and models; what is larger is refused or clamped where it comes in.
public enum ScoreLimits {
    /// The most trees of a model.
    public static let treesMax = 1_024
    /// The deepest tree: this many questions, then a leaf.
    public static let depthMax = 8
    /// The most features that a model can ask about; a vector has room for as many.
    public static let featuresMax = 128
    /// The largest value of a feature, and the least with its sign turned. Up to here a 32-bit float says every whole
    /// number, so training sees exactly what decisions see.
    public static let featureValueMax: Int32 = 1 << 24 - 1
    /// The largest leaf and the largest base, in units of 2^-24 of log-odds: 64.
    public static let leafMax: Int32 = 1 << 30
    /// The most bytes of a model's note.
    public static let noteByteCountMax = 1_024
    /// The most bytes of a model file: 3 MiB of trees, and 2 KiB for the rest.
    public static let modelByteCountMax = (treesMax << depthMax) * 12 + 2_048
    /// Amounts are clamped to this many minor units before features are made of them.
    public static let amountMax: Int64 = 1 << 40
}
