import Score

/// A model in XGBoost's hands.
final class Booster {
    private let library: XGBoost
    private let handle: XGBoost.Handle

    /// Trains on rows.
    init(_ library: XGBoost, _ matrix: Matrix, _ options: TrainingOptions) throws(Failure) {
        var handle: XGBoost.Handle?
        var matrices: [XGBoost.Handle?] = [matrix.handle]
        try library.check(library.createBooster(&matrices, 1, &handle), "begin")
        guard let handle else { throw Failure(.failed, "XGBoost gave no model") }
        self.library = library
        self.handle = handle
        for (name, value) in options.parameters {
            try library.check(library.setParameter(handle, name, value), "take \(name)=\(value)")
        }
        for round in 0..<options.trees {
            try library.check(library.update(handle, Int32(round), matrix.handle), "train tree \(round + 1)")
        }
    }

    deinit { _ = library.freeBooster(handle) }

    /// What the library itself says of rows, in log-odds.
    func margins(_ matrix: Matrix) throws(Failure) -> [Float] {
        try predict(matrix, type: 1, columns: 1)
    }

    /// What each feature added by the library's own word (its approximation by paths), and behind them the bias: row
    /// by row.
    func contributions(_ matrix: Matrix, features: Int) throws(Failure) -> [Float] {
        try predict(matrix, type: 3, columns: features + 1)
    }

    private func predict(_ matrix: Matrix, type: Int, columns: Int) throws(Failure) -> [Float] {
        let settings =
            "{\"type\": \(type), \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
            + "\"strict_shape\": false}"
        var shape: UnsafePointer<UInt64>?
        var dimensions: UInt64 = 0
        var result: UnsafePointer<Float>?
        let status = library.predict(handle, matrix.handle, settings, &shape, &dimensions, &result)
        try library.check(status, "score rows")
        guard let shape, let result else { throw Failure(.failed, "XGBoost gave no scores") }
        let count = (0..<Int(dimensions)).reduce(1) { $0 * Int(shape[$1]) }
        guard count == matrix.rowCount * columns else {
            throw Failure(.failed, "XGBoost gave \(count) numbers, not \(matrix.rowCount * columns)")
        }
        return Array(UnsafeBufferPointer(start: result, count: count))
    }

    /// The trees that it has.
    func trees() throws(Failure) -> [TrainedTree] {
        var trees: [TrainedTree] = []
        for text in try treeTexts() { trees.append(try TreeText.tree(text)) }
        return trees
    }

    /// The trees as the library writes them.
    func treeTexts() throws(Failure) -> [String] {
        var count: UInt64 = 0
        var texts: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        try library.check(library.dump(handle, "", 1, "json", &count, &texts), "write its trees")
        guard let texts else { throw Failure(.failed, "XGBoost wrote no trees") }
        return (0..<Int(count)).map { number in texts[number].map { String(cString: $0) } ?? "" }
    }
}
