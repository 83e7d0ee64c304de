internal import Glibc

extension Terminal {
    /// The size in cells of the terminal on standard output (TIOCGWINSZ); nil when it is none or does not say.
    public static var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

/// A terminal switched to hand over each key at once, without echo and without turning Ctrl-C into a signal
/// (termios(3)); the old mode comes back when the value ends.
public struct KeyMode: ~Copyable {
    private let descriptor: Int32
    /// `nil` where the descriptor is no terminal; then keys are read as the descriptor gives them.
    private let saved: termios?

    /// Switches the terminal on standard input.
    public init() {
        descriptor = STDIN_FILENO
        var mode = termios()
        guard tcgetattr(descriptor, &mode) == 0 else {
            saved = nil
            return
        }
        saved = mode
        mode.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        _ = tcsetattr(descriptor, TCSANOW, &mode)
    }

    /// The next key's byte; `nil` when none came within the time, or a signal arrived first.
    public func key(withinMilliseconds milliseconds: Int32) -> UInt8? {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) == 1 else { return nil }
        var byte: UInt8 = 0
        // A terminal that hung up reads as Ctrl-D.
        return read(descriptor, &byte, 1) == 1 ? byte : 4
    }

    deinit {
        guard var mode = saved else { return }
        _ = tcsetattr(descriptor, TCSANOW, &mode)
    }
}
