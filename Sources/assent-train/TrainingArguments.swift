import ArgumentParser

/// How trees are trained, on the command line.
struct TrainingArguments: ParsableArguments {
    @Option(help: "How many trees.")
    var trees = TrainingOptions().trees

    @Option(help: "How many questions each tree asks at most, 1 to 8.")
    var depth = TrainingOptions().depth

    @Option(help: "How much of each tree's answer is taken (eta).")
    var rate = TrainingOptions().rate

    @Option(help: "The share of payments that each tree sees (subsample).")
    var rowShare = TrainingOptions().rowShare

    @Option(help: "The share of features that each tree sees (colsample_bytree).")
    var columnShare = TrainingOptions().columnShare

    @Option(help: "The least weight of a leaf (min_child_weight).")
    var leastWeight = TrainingOptions().leastWeight

    @Option(help: "How leaves are drawn to zero (lambda).")
    var shrinkage = TrainingOptions().shrinkage

    @Option(help: "How XGBoost grows trees: hist, approx or exact.")
    var method = TrainingOptions().method

    @Option(help: "Into how many bins features are put by hist and approx.")
    var bins = TrainingOptions().bins

    @Option(help: "What chance is drawn from.")
    var seed = TrainingOptions().seed

    var options: TrainingOptions {
        TrainingOptions(
            trees: trees,
            depth: depth,
            rate: rate,
            rowShare: rowShare,
            columnShare: columnShare,
            leastWeight: leastWeight,
            shrinkage: shrinkage,
            method: method,
            bins: bins,
            seed: seed
        )
    }

    mutating func validate() throws {
        guard (1...1_024).contains(trees) else { throw ValidationError("--trees is 1 to 1024") }
        guard (1...8).contains(depth) else { throw ValidationError("--depth is 1 to 8") }
    }
}
