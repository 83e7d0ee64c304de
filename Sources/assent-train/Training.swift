import Score

/// A model that was just trained, by the library and by its own word.
struct Training {
    let model: ScoreModel
    let booster: Booster
    let library: XGBoost

    init(_ rows: FeatureRows, _ options: TrainingOptions, note: String) throws(Failure) {
        library = try XGBoost()
        let frauds = rows.payments.count { $0.isFraud }
        guard frauds > 0, frauds < rows.payments.count, let first = rows.payments.first, let last = rows.payments.last
        else {
            throw Failure(
                .malformed,
                "training takes payments of both kinds; \(frauds) of \(rows.payments.count) are fraud"
            )
        }
        let matrix = try Matrix(library, values: rows.values, columns: Feature.count, labels: rows.labels)
        booster = try Booster(library, matrix, options)
        let origin = ScoreModel.Origin(
            from: first.facts.time,
            until: last.facts.time,
            payments: UInt64(rows.payments.count),
            frauds: UInt64(frauds),
            note: note
        )
        let trees = try booster.trees()
        do throws(ModelMakingError) {
            // The library starts from odds of one: log-odds of zero.
            model = try ScoreModel(trees, base: 0, origin: origin)
        } catch {
            throw Failure(.failed, "XGBoost's trees make no model: \(error)")
        }
    }
}
