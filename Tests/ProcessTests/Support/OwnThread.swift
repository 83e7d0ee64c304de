import Platform

/// Runs a test on a thread of its own: tests here wait for processes, and the executor that all tests share has only as
/// many threads as the machine has processors.
final class OwnThread: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        do throws(PlatformError) {
            _ = try WorkerThread(name: "test", stackByteCount: 8 << 20) { [self] in
                job.runSynchronously(on: asUnownedTaskExecutor())
            }
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

/// Runs a blocking body, in the same task, on a thread of its own.
func onOwnThread(_ body: () throws -> Void) async throws {
    try await withTaskExecutorPreference(OwnThread()) { try body() }
}
