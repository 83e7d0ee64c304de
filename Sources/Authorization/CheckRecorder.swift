import Domain

/// Who hears of each check while the checks run. Deciding takes `SilentRecorder`, explaining `ListingRecorder`; the
/// rules are the same code, specialised for each.
protocol CheckRecorder {
    mutating func record(
        _ check: Check,
        _ result: CheckResult.Result,
        _ seen: @autoclosure () -> Int64?,
        _ limit: @autoclosure () -> Int64?,
        _ unit: CheckResult.Unit
    )
}

/// Hears nothing and costs nothing.
struct SilentRecorder: CheckRecorder {
    @inline(__always)
    mutating func record(
        _ check: Check,
        _ result: CheckResult.Result,
        _ seen: @autoclosure () -> Int64?,
        _ limit: @autoclosure () -> Int64?,
        _ unit: CheckResult.Unit
    ) {}
}

/// Keeps everything in the order of precedence.
struct ListingRecorder: CheckRecorder {
    var results: [CheckResult] = []

    mutating func record(
        _ check: Check,
        _ result: CheckResult.Result,
        _ seen: @autoclosure () -> Int64?,
        _ limit: @autoclosure () -> Int64?,
        _ unit: CheckResult.Unit
    ) {
        results.append(CheckResult(check: check, result: result, seen: seen(), limit: limit(), unit: unit))
    }
}
