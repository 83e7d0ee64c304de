import ArgumentParser

/// What commands have in common that start daemons of their own.
struct OwnDaemonOptions: ParsableArguments {
    @Option(help: "The assentd to start; a release build.")
    var daemon = ".build/release/assentd"

    @Option(help: "Where daemons keep their data, on the disk that is to be measured; removed afterwards.")
    var data = ".build/bench-data"
}
