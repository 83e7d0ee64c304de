/// The version of assentctl (semver.org).
let productVersion = "0.1.0"
