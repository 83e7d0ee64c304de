import Platform

/// The functions of XGBoost's C interface that training takes, found when the program runs.
struct XGBoost {
    typealias Handle = UnsafeMutableRawPointer
    typealias CreateMatrix =
        @convention(c) (
            UnsafePointer<Float>?, UInt64, UInt64, Float, UnsafeMutablePointer<Handle?>
        ) -> Int32
    typealias SetFloats =
        @convention(c) (Handle, UnsafePointer<CChar>, UnsafePointer<Float>?, UInt64) -> Int32
    typealias Free = @convention(c) (Handle) -> Int32
    typealias CreateBooster =
        @convention(c) (UnsafePointer<Handle?>?, UInt64, UnsafeMutablePointer<Handle?>) -> Int32
    typealias SetParameter = @convention(c) (Handle, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
    typealias Update = @convention(c) (Handle, Int32, Handle) -> Int32
    typealias Predict =
        @convention(c) (
            Handle, Handle, UnsafePointer<CChar>, UnsafeMutablePointer<UnsafePointer<UInt64>?>,
            UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UnsafePointer<Float>?>
        ) -> Int32
    typealias Dump =
        @convention(c) (
            Handle, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UnsafeMutablePointer<UInt64>,
            UnsafeMutablePointer<UnsafeMutablePointer<UnsafePointer<CChar>?>?>
        ) -> Int32
    typealias LastError = @convention(c) () -> UnsafePointer<CChar>?
    typealias Version =
        @convention(c) (
            UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>
        ) -> Void

    let createMatrix: CreateMatrix
    let setFloats: SetFloats
    let freeMatrix: Free
    let createBooster: CreateBooster
    let setParameter: SetParameter
    let update: Update
    let predict: Predict
    let dump: Dump
    let freeBooster: Free
    /// Such as `1.7.4`.
    let version: String
    private let lastError: LastError

    /// - Parameter names: The library's file names, the first that is found is taken.
    /// - Throws: `.unavailable`, which says what to install.
    init(names: [String] = ["libxgboost.so.0", "libxgboost.so"]) throws(Failure) {
        guard let library = SharedLibrary(names) else {
            throw Failure(
                .unavailable,
                "XGBoost is not installed: \(names.joined(separator: " or ")) is not there. On Debian: "
                    + "apt-get install libxgboost-dev"
            )
        }
        func find(_ name: String) throws(Failure) -> UnsafeMutableRawPointer {
            guard let symbol = library.symbol(name) else {
                throw Failure(.unavailable, "this XGBoost has no \(name); version 1.7 is the least")
            }
            return symbol
        }
        // SAFETY: the signatures are those of xgboost/c_api.h, which has kept them since 1.7.
        createMatrix = unsafeBitCast(try find("XGDMatrixCreateFromMat"), to: CreateMatrix.self)
        setFloats = unsafeBitCast(try find("XGDMatrixSetFloatInfo"), to: SetFloats.self)
        freeMatrix = unsafeBitCast(try find("XGDMatrixFree"), to: Free.self)
        createBooster = unsafeBitCast(try find("XGBoosterCreate"), to: CreateBooster.self)
        setParameter = unsafeBitCast(try find("XGBoosterSetParam"), to: SetParameter.self)
        // SAFETY: as above.
        update = unsafeBitCast(try find("XGBoosterUpdateOneIter"), to: Update.self)
        predict = unsafeBitCast(try find("XGBoosterPredictFromDMatrix"), to: Predict.self)
        dump = unsafeBitCast(try find("XGBoosterDumpModelEx"), to: Dump.self)
        freeBooster = unsafeBitCast(try find("XGBoosterFree"), to: Free.self)
        lastError = unsafeBitCast(try find("XGBGetLastError"), to: LastError.self)
        let version = unsafeBitCast(try find("XGBoostVersion"), to: Version.self)
        var (major, minor, patch) = (Int32(0), Int32(0), Int32(0))
        version(&major, &minor, &patch)
        self.version = "\(major).\(minor).\(patch)"
    }

    /// Turns a function's return into an error with the library's own words.
    func check(_ status: Int32, _ what: String) throws(Failure) {
        guard status != 0 else { return }
        let reason = lastError().map { String(cString: $0).prefix { $0 != "\n" } } ?? "no reason given"
        throw Failure(.failed, "XGBoost cannot \(what): \(reason)")
    }
}
