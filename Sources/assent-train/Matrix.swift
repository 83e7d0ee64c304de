/// Rows of features as XGBoost takes them, with what became of each.
final class Matrix {
    fileprivate let library: XGBoost
    let handle: XGBoost.Handle
    let rowCount: Int

    /// - Parameters:
    ///   - values: Row by row.
    ///   - labels: For each row 1 for fraud, else 0.
    init(_ library: XGBoost, values: [Float], columns: Int, labels: [Float]) throws(Failure) {
        precondition(values.count == labels.count * columns, "there are as many rows as labels")
        var handle: XGBoost.Handle?
        let status = library.createMatrix(values, UInt64(labels.count), UInt64(columns), .nan, &handle)
        try library.check(status, "take the rows")
        guard let handle else { throw Failure(.failed, "XGBoost gave no matrix") }
        self.library = library
        self.handle = handle
        rowCount = labels.count
        try library.check(library.setFloats(handle, "label", labels, UInt64(labels.count)), "take the labels")
    }

    deinit { _ = library.freeMatrix(handle) }
}
