/// The product's version (semver.org), which the daemon and its tool share.
let productVersion = "0.1.0"
