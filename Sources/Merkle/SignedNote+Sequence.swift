extension SignedNote {
    /// Takes a file of notes apart, one behind the other; each begins at a line that all begin with.
    ///
    /// - Throws: `.malformed`, saying which one.
    static func sequence(
        in bytes: [UInt8],
        startingWith header: String,
        what: String
    ) throws(MerkleError) -> [SignedNote] {
        let start = Array((header + "\n").utf8)
        var starts: [Int] = []
        var line = 0
        while line < bytes.count {
            if bytes[line...].starts(with: start) { starts.append(line) }
            guard let end = bytes[line...].firstIndex(of: 10) else { break }
            line = end + 1
        }
        guard starts.first == 0 || bytes.isEmpty else {
            throw .malformed(what: what, problem: "the file does not begin with one")
        }
        var notes: [SignedNote] = []
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1] : bytes.count
            do throws(MerkleError) {
                notes.append(try SignedNote(parsing: Array(bytes[start..<end])))
            } catch {
                throw .malformed(what: what, problem: "number \(number + 1) of the file: \(error)")
            }
        }
        return notes
    }
}
