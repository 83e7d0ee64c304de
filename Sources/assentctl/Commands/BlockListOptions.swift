import ArgumentParser

/// Which list.
struct BlockListOptions: ParsableArguments {
    @Flag(help: "The list of parts of names, instead of that of whole names.") var contains = false

    /// The setting that holds the list.
    var key: String { contains ? "merchant-block.contains" : "merchant-block.exact" }
}
