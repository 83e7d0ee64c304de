internal import Foundation
internal import LoadDriver

/// A file of purchasing-card lines, plain or compressed by xz.
enum PurchasingFile {
    /// What a file holds.
    struct Contents {
        var lines: [PurchasingLine] = []
        /// Lines that cannot be read, with the reason.
        var malformed: [PurchasingLine.Malformed] = []
    }

    /// Reads all lines, in order.
    static func read(_ path: String) throws -> Contents {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw LoadFailure.usage("\(path) cannot be read")
        }
        var contents = Contents()
        var places: [Int]?
        var reader = CSVReader()
        func take(_ fields: [String], _ line: Int) throws {
            guard let columns = places else {
                places = try PurchasingLine.places(header: fields)
                return
            }
            do throws(PurchasingLine.Malformed) {
                contents.lines.append(try PurchasingLine(fields: fields, places: columns, line: line))
            } catch {
                contents.malformed.append(error)
            }
        }
        let source = try Source(path)
        while let piece = source.next() { try reader.take(piece, take) }
        try source.finish()
        try reader.finish(take)
        return contents
    }

    /// The file's bytes in pieces, through `xz -dc` where its name says so.
    private final class Source {
        private let handle: FileHandle
        private let process: Process?

        init(_ path: String) throws {
            guard path.hasSuffix(".xz") else {
                handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                process = nil
                return
            }
            let pipe = Pipe()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["xz", "-dc", "--", path]
            process.standardOutput = pipe
            try process.run()
            handle = pipe.fileHandleForReading
            self.process = process
        }

        func next() -> Data? {
            let data = handle.readData(ofLength: 1 << 20)
            return data.isEmpty ? nil : data
        }

        func finish() throws {
            guard let process else { return }
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw LoadFailure.usage("xz -dc ended with status \(process.terminationStatus)")
            }
        }
    }
}
