/// The version of the program, as `--version` says it.
let productVersion = "0.1.0"
