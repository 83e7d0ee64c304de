import Domain
import Foundation
import LoadScenario
import Testing

/// The replay of purchasing-card lines with an invented file and a real daemon.
struct PurchasingReplayTests {
    private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    private func replay(
        _ report: KeptReport,
        _ change: (inout PurchasingReplay.Options) -> Void = { _ in }
    ) throws -> Bool {
        var options = PurchasingReplay.Options()
        options.daemonOptions = ["--segment-size", "16", "--fill-buffer", "2", "--remembered-ids", "8192"]
        change(&options)
        let replay = PurchasingReplay(
            executable: try TestDaemon.path(),
            path: Self.here.appending(path: "Samples/purchases.csv").path,
            options: options,
            console: report.console
        )
        return try replay.run()
    }

    @Test(.timeLimit(.minutes(10))) func everyDivisionIsToTheCentWhatTheFileSays() throws {
        let report = KeptReport()
        #expect(try replay(report), "\(report.text)")
        #expect(report.failed == [])
    }

    /// What is compared can differ: here a limit declines purchases that the file has.
    @Test(.timeLimit(.minutes(10))) func aDifferenceIsFound() throws {
        let report = KeptReport()
        #expect(try !replay(report) { $0.threshold = "100.00" })
        // One of them was posted before its day: its authorization joins what its clearing made.
        #expect(report.failed == ["every one was approved in full", "a search finds 135 payments"], "\(report.text)")
        #expect(report.text.hasSuffix("\n2 of the checks FAILED."))
    }

    @Test(
        arguments: [
            (5_480, 3_995, "EUR"), (17, 17, "USD"), (15_820, 1_446_000, "JPY"), (1_975, 352_000, "VND"),
            (-13_136, -12_899, "USD"), (1, 999_999_999, "EUR"), (999_999_999, 1, "KWD"), (3, 7, "USD"),
        ] as [(Int64, Int64, String)]
    )
    func aRateLeadsFromTheMerchantsAmountToTheBilledOne(billed: Int64, charged: Int64, code: String) throws {
        let header = PurchasingLine.columns
        let fields = [
            "1-1", "2014-02-28", "PARKS", "P1", "SHOP", "5411", "\(billed)", "\(charged)", code, "2014-03-01",
        ]
        let line = try PurchasingLine(fields: fields, places: PurchasingLine.places(header: header), line: 2)
        let rate = try #require(line.rate)
        let merchant = try #require(Currency(code))
        let canadian = try #require(Currency("CAD"))
        #expect(rate.convert(charged, from: merchant, to: canadian, rounding: .halfAwayFromZero) == billed)
        #expect(rate.scale >= 4 && rate.scale <= 15)
    }
}
