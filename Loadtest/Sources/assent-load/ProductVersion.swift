/// The version of assent-load, which is that of the daemon that it is delivered with.
let productVersion = "0.1.0"
