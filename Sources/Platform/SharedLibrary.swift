internal import Glibc

/// A library of the system that is looked for when the program runs, so that programs start without it.
public struct SharedLibrary: Sendable {
    // SAFETY: a handle of dlopen(3) that is never closed; the loader may be asked from any thread.
    private nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    /// Loads the first library that there is.
    ///
    /// - Parameter names: File names, such as `libm.so.6`, that the loader looks for where libraries are.
    /// - Returns: `nil` where there is none of them.
    public init?(_ names: [String]) {
        for name in names {
            guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
            self.handle = handle
            return
        }
        return nil
    }

    /// Where a function or a variable of the library is; `nil` where there is none of the name.
    public func symbol(_ name: String) -> UnsafeMutableRawPointer? { dlsym(handle, name) }
}
