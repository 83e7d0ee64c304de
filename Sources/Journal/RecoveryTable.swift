/// What recovery decides about the place where the next block should start, as one table.
///
/// The fault model: a disk writes a sector of 512 bytes whole or not at all; sectors of one block may reach it in any
/// order, and any of them may be missing after a loss of power; blocks are written one at a time, the next only after
/// the one before was synchronized; unwritten sectors are zero. So a torn block has sectors of zeros, lies last, and
/// has nothing behind it. Anything else is damage, and a tail is never cut on account of damage.
enum RecoveryTable {
    /// What lies in the first sector.
    enum Header: Int, CaseIterable {
        /// Zeros.
        case absent
        /// Something without a right checksum.
        case damaged
        /// A header with a right checksum which does not belong here.
        case mismatched
        /// The header of the block that belongs here.
        case expected
    }

    /// What lies behind the header, up to the length that it says.
    enum Body: Int, CaseIterable {
        /// There is no header to say.
        case unknown
        /// The checksum is right, and so is every record.
        case intact
        /// The checksum is wrong, and in the first damaged record a whole sector is zeros.
        case unwritten
        /// The checksum is wrong although every sector was written.
        case damaged
        /// The checksum is right, and yet the records are not.
        case malformed
    }

    /// What lies behind the block, up to the end of the journal.
    enum Beyond: Int, CaseIterable {
        /// Zeros.
        case blank
        /// Something, no further away than one block reaches that starts here; only when no header says how far.
        case remains
        /// The start of a block that belongs there.
        case block
        /// Something else.
        case foreign
    }

    /// What to do.
    enum Verdict: CaseIterable {
        /// The block is good: replay it and look behind it.
        case accept
        /// The journal ends here.
        case cleanEnd
        /// The journal ends here, and what the last write left is dropped: nobody was told that it is durable.
        case tornTail
        /// Stop.
        case corrupt
    }

    /// One line of the table.
    struct Row {
        let headers: [Header]
        let bodies: [Body]
        let beyonds: [Beyond]
        let verdict: Verdict
    }

    /// Every combination matches exactly one row; a test holds it.
    static let rows: [Row] = [
        Row(headers: [.expected], bodies: [.intact], beyonds: Beyond.allCases, verdict: .accept),
        Row(headers: [.expected], bodies: [.unwritten], beyonds: [.blank], verdict: .tornTail),
        Row(headers: [.expected], bodies: [.unwritten], beyonds: [.remains, .block, .foreign], verdict: .corrupt),
        Row(
            headers: [.expected],
            bodies: [.unknown, .damaged, .malformed],
            beyonds: Beyond.allCases,
            verdict: .corrupt
        ),
        Row(headers: [.absent], bodies: [.unknown], beyonds: [.blank], verdict: .cleanEnd),
        Row(headers: [.absent], bodies: [.unknown], beyonds: [.remains], verdict: .tornTail),
        Row(headers: [.absent], bodies: [.unknown], beyonds: [.block, .foreign], verdict: .corrupt),
        Row(
            headers: [.absent],
            bodies: [.intact, .unwritten, .damaged, .malformed],
            beyonds: Beyond.allCases,
            verdict: .corrupt
        ),
        Row(headers: [.damaged, .mismatched], bodies: Body.allCases, beyonds: Beyond.allCases, verdict: .corrupt),
    ]

    /// Whether the verdict depends on what lies behind, which takes time to find out.
    static func dependsOnBeyond(_ header: Header, _ body: Body) -> Bool {
        rows.count { $0.headers.contains(header) && $0.bodies.contains(body) } > 1
    }

    static func verdict(_ header: Header, _ body: Body, _ beyond: Beyond) -> Verdict {
        verdicts[index(header, body, beyond)]
    }

    /// The rows that match a combination.
    static func matching(_ header: Header, _ body: Body, _ beyond: Beyond) -> [Row] {
        rows.filter { $0.headers.contains(header) && $0.bodies.contains(body) && $0.beyonds.contains(beyond) }
    }

    /// The table spread out, because recovery asks once for every block.
    private static let verdicts: [Verdict] = {
        var verdicts: [Verdict] = []
        for header in Header.allCases {
            for body in Body.allCases {
                for beyond in Beyond.allCases {
                    let rows = matching(header, body, beyond)
                    precondition(rows.count == 1, "the table has one row for everything")
                    verdicts.append(rows[0].verdict)
                }
            }
        }
        return verdicts
    }()

    private static func index(_ header: Header, _ body: Body, _ beyond: Beyond) -> Int {
        (header.rawValue * Body.allCases.count + body.rawValue) * Beyond.allCases.count + beyond.rawValue
    }
}
