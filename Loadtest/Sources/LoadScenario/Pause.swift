internal import CLoadSockets

/// Lets the calling thread rest, to keep a day's pace.
enum Pause {
    static func nanoseconds(_ nanoseconds: Int64) { cls_pause(nanoseconds) }
}
