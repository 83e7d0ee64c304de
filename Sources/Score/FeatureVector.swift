/// Room for the features of one payment; made once and used again and again.
public struct FeatureVector: ~Copyable {
    // SAFETY: allocated in `init` for `featuresMax` numbers, freed in `deinit` and nowhere else; every access is
    // bounded by a check or by a mask.
    let values: UnsafeMutablePointer<Int32>

    /// All zero.
    public init() {
        values = UnsafeMutableRawPointer.allocate(byteCount: ScoreLimits.featuresMax * 4, alignment: 64)
            .bindMemory(to: Int32.self, capacity: ScoreLimits.featuresMax)
        values.initialize(repeating: 0, count: ScoreLimits.featuresMax)
    }

    deinit { values.deallocate() }

    /// A feature's value by its index, which must be below `ScoreLimits.featuresMax`.
    public subscript(index: Int) -> Int32 {
        get {
            precondition((0..<ScoreLimits.featuresMax).contains(index))
            return values[index]
        }
        set {
            precondition((0..<ScoreLimits.featuresMax).contains(index))
            set(index, newValue)
        }
    }

    /// A feature's value.
    public subscript(feature: Feature) -> Int32 { values[feature.index] }

    /// What is larger than any feature may be, becomes the largest.
    @inline(__always)
    func set(_ index: Int, _ value: Int32) {
        let max = ScoreLimits.featureValueMax
        values[index & (ScoreLimits.featuresMax &- 1)] = Swift.min(max, Swift.max(-max, value))
    }

    /// How long ago the first payment was, and behind it the last one.
    @inline(__always)
    func setAge(_ index: Int, first: Int64, last: Int64, _ now: Int64) {
        set(index, FixedPoint.logarithmAboveOne(FadingTotals.elapsed(from: first, to: now), bits: 0))
        set(index &+ 1, FixedPoint.logarithmAboveOne(FadingTotals.elapsed(from: last, to: now), bits: 0))
    }

    /// Nothing was seen that these features could be made of.
    @inline(__always)
    func setUnknown(_ indices: Range<Int>) {
        for index in indices { set(index, -1) }
    }
}
