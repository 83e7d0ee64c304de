import Platform

@testable import assentctl

/// Collects what a command prints.
final class Capture {
    private(set) var data = ""
    private(set) var remarks = ""

    func output(_ format: OutputFormat, colors: Bool = false, width: Int? = nil) -> Output {
        Output(
            format: format,
            colors: colors,
            width: width,
            write: { (text) throws(StreamError) in self.data += text },
            remark: { self.remarks += $0 + "\n" }
        )
    }
}
