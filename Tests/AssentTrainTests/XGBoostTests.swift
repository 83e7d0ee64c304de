import ArgumentParser
import Cryptography
import Domain
import Foundation
import Randomness
import Score
import Testing

@testable import assent_train

@Suite struct XGBoostTests {
    static let isThere = (try? XGBoost()) != nil
    private static let vectors = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Vectors/xgboost.json")

    /// Rows of features with something in them to be learned.
    private static func rows(_ count: Int, _ random: inout SeededRandom) -> (values: [Float], labels: [Float]) {
        var values = [Float](repeating: 0, count: count * Feature.count)
        var labels = [Float](repeating: 0, count: count)
        for row in 0..<count {
            for feature in 0..<Feature.count {
                // Small numbers, so that many are equal to a threshold, beside the largest that there are.
                let number = feature % 3 == 0 ? random.below(40) - 20 : random.below(2 << 24 - 1) - (1 << 24 - 1)
                values[row * Feature.count + feature] = Float(number)
            }
            let first = row * Feature.count
            let isLikely = values[first] > 3 && values[first + 3] < values[first + 6] || values[first + 1] > 1.5e7
            labels[row] = random.percent(isLikely ? 70 : 3) ? 1 : 0
        }
        return (values, labels)
    }

    private static func margin(_ ensemble: borrowing TreeEnsemble, _ values: ArraySlice<Float>) -> Int64 {
        var vector = FeatureVector()
        for (index, value) in values.enumerated() { vector[index] = Int32(value) }
        return ensemble.margin(vector)
    }

    private static let origin = ScoreModel.Origin(from: .epoch, until: .epoch, payments: 0, frauds: 0, note: "")

    /// Half a unit for each tree by rounding, and what the library's own sum of 32-bit numbers may be off by.
    private static func bound(_ trees: Int, _ margin: Float) -> Double {
        Double(trees + 1) / 2 / 16_777_216 + Double(trees) * Double(max(1, abs(margin)).ulp)
    }

    @Test(.enabled(if: isThere, "XGBoost is not installed (libxgboost-dev)"))
    func ourScoresOfAHundredThousandRowsAreTheLibrarys() throws {
        var random = SeededRandom.announced(for: #function)
        let library = try XGBoost()
        let training = Self.rows(20_000, &random)
        let matrix = try Matrix(library, values: training.values, columns: Feature.count, labels: training.labels)
        var options = TrainingOptions()
        options.trees = 200
        options.depth = 6
        options.rate = 0.2
        options.seed = random.below(1_000)
        let booster = try Booster(library, matrix, options)
        let model = try ScoreModel(try booster.trees(), base: 0, origin: Self.origin)
        #expect(model.treeCount == 200 && model.depth == 6)
        let ensemble = TreeEnsemble(model)
        let asked = Self.rows(100_000, &random)
        let rows = try Matrix(library, values: asked.values, columns: Feature.count, labels: asked.labels)
        let expected = try booster.margins(rows)
        var vector = FeatureVector()
        var (worst, off) = (0.0, 0)
        for row in 0..<expected.count {
            for index in 0..<Feature.count { vector[index] = Int32(asked.values[row * Feature.count + index]) }
            let difference = abs(Double(ensemble.margin(vector)) / 16_777_216 - Double(expected[row]))
            worst = max(worst, difference)
            if difference > Self.bound(200, expected[row]) { off += 1 }
        }
        print("the largest difference of 100,000 rows is \(worst)")
        #expect(off == 0, "rows beyond what rounding explains; the worst is off by \(worst)")
        #expect(Set(expected).count > 10_000, "the rows are different")

        // Reasons are the library's, too.
        let few = 200
        let part = try Matrix(
            library,
            values: Array(asked.values[..<(few * Feature.count)]),
            columns: Feature.count,
            labels: Array(asked.labels[..<few])
        )
        let reasons = try booster.contributions(part, features: Feature.count)
        for row in 0..<few {
            for index in 0..<Feature.count { vector[index] = Int32(asked.values[row * Feature.count + index]) }
            let ours = ensemble.contributions(vector) + [ensemble.bias]
            for (index, amount) in ours.enumerated() {
                let theirs = Double(reasons[row * (Feature.count + 1) + index])
                #expect(abs(Double(amount) / 16_777_216 - theirs) < 2e-3, "row \(row), feature \(index)")
            }
        }
    }

    /// What the library said of some rows, kept where it is not installed. ASSENT_WRITE_VECTORS=1 writes it again.
    private struct Vectors: Codable {
        var version: String
        var trees: [String]
        var rows: [[Int32]]
        var margins: [Float]
    }

    @Test(.enabled(if: isThere && ProcessInfo.processInfo.environment["ASSENT_WRITE_VECTORS"] != nil, "not asked for"))
    func vectorsAreWritten() throws {
        var random = SeededRandom(seed: 20_180_801)
        let library = try XGBoost()
        let training = Self.rows(3_000, &random)
        let matrix = try Matrix(library, values: training.values, columns: Feature.count, labels: training.labels)
        var options = TrainingOptions()
        options.trees = 12
        options.depth = 4
        options.rate = 0.3
        let booster = try Booster(library, matrix, options)
        let asked = Self.rows(40, &random)
        let rows = try Matrix(library, values: asked.values, columns: Feature.count, labels: asked.labels)
        let vectors = Vectors(
            version: library.version,
            trees: try booster.treeTexts().map { $0.filter { !$0.isWhitespace } },
            rows: (0..<40).map { row in
                asked.values[row * Feature.count..<(row + 1) * Feature.count].map { Int32($0) }
            },
            margins: try booster.margins(rows)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(vectors).write(to: Self.vectors)
    }

    @Test func ourScoresOfKeptRowsAreTheLibrarys() throws {
        let vectors = try JSONDecoder().decode(Vectors.self, from: try Data(contentsOf: Self.vectors))
        let trees = try vectors.trees.map { try TreeText.tree($0) }
        let ensemble = TreeEnsemble(try ScoreModel(trees, base: 0, origin: Self.origin))
        #expect(vectors.rows.count == 40 && Set(vectors.margins).count > 10)
        for (row, margin) in zip(vectors.rows, vectors.margins) {
            let ours = Self.margin(ensemble, row.map { Float($0) }[...])
            #expect(abs(Double(ours) / 16_777_216 - Double(margin)) <= Self.bound(trees.count, margin))
        }
    }

    @Test func withoutTheLibraryItSaysWhatToInstall() throws {
        let failure = try #require(throws: Failure.self) { try XGBoost(names: ["libno-such-library.so.0"]) }
        #expect(failure.status == .unavailable)
        #expect(failure.message.contains("apt-get install libxgboost-dev"))
        // A library that is another one.
        let other = try #require(throws: Failure.self) { try XGBoost(names: ["libm.so.6"]) }
        #expect(other.status == .unavailable && other.message.contains("XGDMatrixCreateFromMat"))
    }

    @Test(arguments: ["", "{}", "[]", "{\"nodeid\": 0, \"split\": \"x1\"}", "{\"nodeid\": 0, \"split\": \"f1\"}"])
    func whatIsNoTreeIsATypedError(text: String) {
        #expect(throws: Failure.self) { try TreeText.tree(text) }
    }

    @Test(.enabled(if: isThere, "XGBoost is not installed (libxgboost-dev)"))
    func aModelIsTrainedMeasuredSignedAndShown() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "assent-train-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = SeededRandom.announced(for: #function)
        var text = "unix_seconds,card,amount_cents,is_fraud,terminal\n"
        for number in 0..<6_000 {
            let amount = random.below(30_000)
            let isFraud = amount > 27_000
            let (time, card, terminal) = (1_500_000_000 + number * 600, random.below(400), random.below(9))
            text += "\(time),c\(card),\(amount),\(isFraud ? 1 : 0),t\(terminal)\n"
        }
        let file = folder.appending(path: "payments.csv").path
        try Data(text.utf8).write(to: URL(filePath: file))
        let key = folder.appending(path: "key.pem").path
        let (signer, pem) = try Ed25519.PrivateKey.make()
        try Data(pem).write(to: URL(filePath: key))
        let output = folder.appending(path: "model").path
        var command = try FitCommand.parse([
            file, "--from", "2017-07-20", "--until", "2017-08-01", "--trees", "20", "--depth", "3", "--key", key,
            "--output", output, "--note", "a test",
        ])
        try command.run()
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: output)))
        let model = try ModelFile(parsing: bytes, signer: signer.publicKey).model
        #expect(model.treeCount == 20 && model.origin.note == "a test")
        let rows = FeatureRows(try PaymentFile.read(file), from: .epoch, delay: 7 * Payment.dayMicroseconds)
        let tested = HeldOutWeek(end: 17_379, delay: 7).tested(rows)
        #expect(Metrics(tested.payments, tested.margins(model)).areaUnderCurve > 0.97)
        var show = try ShowCommand.parse([output, "--signer", key])
        try show.run()
        var other = try ShowCommand.parse([file])
        #expect(throws: Failure.self) { try other.run() }
    }
}
