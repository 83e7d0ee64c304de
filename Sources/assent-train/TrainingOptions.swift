/// How trees are trained.
struct TrainingOptions: Equatable {
    var trees = 200
    var depth = 5
    var rate = 0.05
    var rowShare = 1.0
    var columnShare = 1.0
    var leastWeight = 5.0
    var shrinkage = 1.0
    var method = "hist"
    var bins = 1_024
    var seed = 1
    var threads = 0

    /// As XGBoost knows them. Neither what trees start from nor how they are grown is left to the library: its
    /// defaults have changed between versions, and cost quality where frauds are rare.
    var parameters: [(name: String, value: String)] {
        [
            ("objective", "binary:logistic"), ("base_score", "0.5"), ("tree_method", method), ("max_bin", "\(bins)"),
            ("max_depth", "\(depth)"), ("eta", "\(rate)"), ("subsample", "\(rowShare)"),
            ("colsample_bytree", "\(columnShare)"), ("min_child_weight", "\(leastWeight)"), ("lambda", "\(shrinkage)"),
            ("seed", "\(seed)"), ("nthread", "\(threads)"), ("verbosity", "1"), ("disable_default_eval_metric", "1"),
        ]
    }
}
