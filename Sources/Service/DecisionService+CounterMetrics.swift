import Authorization
import Engine

extension DecisionService {
    /// Adds what counters take: there are at most `AuthorizationLimits.counterCount`.
    func addCounters(to page: inout MetricsText) {
        let figures = engine.counterFigures
        func labels(_ counter: CounterFigures.Counter) -> [(String, String)] {
            [
                ("counter", "\(counter.number)"), ("aggregate", counter.rule.aggregate.text),
                ("keys", counter.rule.keys.text), ("window", counter.rule.window.name),
            ]
        }
        page.values(
            "assent_velocity_keys",
            .gauge,
            "Keys of a counter in memory, silent ones included that were not looked at yet.",
            figures.counters.map { (labels($0), UInt64($0.keyCount)) }
        )
        page.values(
            "assent_velocity_uncounted_total",
            .counter,
            "Approvals, or declines, that a counter did not count because there was no room for their key.",
            figures.counters.map { (labels($0), $0.uncounted) }
        )
        page.value(
            "assent_velocity_keys_max",
            .gauge,
            "Keys that all counters together may have.",
            UInt64(figures.keyCountMax)
        )
        page.value(
            "assent_velocity_payments",
            .gauge,
            "Payments of which is known where they were counted.",
            UInt64(figures.originCount)
        )
        page.value("assent_velocity_bytes", .gauge, "Memory of all counters.", UInt64(figures.byteCount))
    }
}
