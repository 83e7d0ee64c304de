public import LoadModel
public import LoadReport

/// What a load saw, all threads together.
public struct LoadResult: ~Copyable {
    /// The harness's ledger after the run.
    public var model: LedgerModel
    /// All answers.
    public var tally: Tally
    /// Latencies of what was measured.
    public var latencies: LatencyRecorder
    /// Of those, the ones of requests that were decided.
    public var acceptances = LatencyRecorder()
    /// Of those, the ones of requests that were refused.
    public var refusals = LatencyRecorder()
    /// What became of the measured time from one slice to the next, if the plan asked for that.
    public var slices: LatencySlices?
    /// Whether the generator kept its schedule (open loop).
    public var lateness: LatenessGauge
    /// Answers within the measured time.
    public var measured: UInt64
    /// Seconds that were measured.
    public var seconds: Double
    /// The first few answers that contradict the model.
    public var discrepancies: [Discrepancy]
    /// How many did.
    public var discrepancyCount: UInt64
    /// The daemon announced that it goes away.
    public var sawGoAway: Bool
    /// Processor seconds of this process during the run.
    public var processorSeconds: Double

    /// Answers a second.
    public var perSecond: Double { seconds > 0 ? Double(measured) / seconds : 0 }

    /// The ledger, for a later run to go on with; an empty one stays here.
    public mutating func takeModel() -> LedgerModel {
        var taken = LedgerModel(count: 0)
        swap(&taken, &model)
        return taken
    }
}
