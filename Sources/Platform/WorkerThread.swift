private import CPlatform
internal import Glibc

/// A thread of the operating system that runs one function.
public struct WorkerThread: ~Copyable, @unchecked Sendable {
    // SAFETY: the handle is only a number to the kernel library; it is joined or detached exactly once.
    private let handle: pthread_t

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: Shown by `ps -L` and `top -H`; the kernel keeps 15 bytes.
    ///   - stackByteCount: At least 64 KiB.
    public init(
        name: String,
        stackByteCount: Int = 1 << 20,
        _ body: @escaping @Sendable () -> Void
    ) throws(PlatformError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, max(stackByteCount, 64 << 10))
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle,
            &attributes,
            { argument in
                guard let argument else { return nil }
                // SAFETY: the reference was retained for this thread alone, and is taken over here.
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                _ = assent_name_thread(start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            start.release()
            throw .system(code: code, operation: "start thread", subject: name)
        }
        self.handle = handle
    }

    deinit {
        pthread_detach(handle)
    }

    /// Waits until the thread's function has returned.
    public consuming func join() {
        let handle = handle
        discard self
        let code = pthread_join(handle, nil)
        precondition(code == 0, "a thread is joined once, and not by itself")
    }
}

/// What a thread starts with.
private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
