import Testing

@testable import Journal

/// The decision table of recovery, in all its combinations.
struct RecoveryTableTests {
    @Test func everyCombinationMatchesExactlyOneRow() {
        var combinations = 0
        for header in RecoveryTable.Header.allCases {
            for body in RecoveryTable.Body.allCases {
                for beyond in RecoveryTable.Beyond.allCases {
                    combinations += 1
                    let rows = RecoveryTable.matching(header, body, beyond)
                    #expect(rows.count == 1, "\(header) \(body) \(beyond)")
                    #expect(rows.first?.verdict == RecoveryTable.verdict(header, body, beyond))
                }
            }
        }
        #expect(combinations == 80)
    }

    @Test func everyVerdictIsReached() {
        for verdict in RecoveryTable.Verdict.allCases {
            #expect(RecoveryTable.rows.contains { $0.verdict == verdict })
        }
    }

    /// The two rules that must never bend, said a second time without the table.
    @Test func aTailIsOnlyCutWhenNothingLiesBehindItAndNothingInItIsDamaged() {
        for header in RecoveryTable.Header.allCases {
            for body in RecoveryTable.Body.allCases {
                for beyond in RecoveryTable.Beyond.allCases {
                    let verdict = RecoveryTable.verdict(header, body, beyond)
                    if beyond == .block || beyond == .foreign {
                        #expect(verdict == .corrupt || verdict == .accept)
                    }
                    if header == .damaged || header == .mismatched || body == .damaged || body == .malformed {
                        #expect(verdict == .corrupt)
                    }
                    #expect((verdict == .accept) == (header == .expected && body == .intact))
                }
            }
        }
    }

    @Test func whatLiesBehindIsLookedAtOnlyWhereItDecides() {
        for header in RecoveryTable.Header.allCases {
            for body in RecoveryTable.Body.allCases {
                let verdicts = Set(RecoveryTable.Beyond.allCases.map { RecoveryTable.verdict(header, body, $0) })
                #expect(RecoveryTable.dependsOnBeyond(header, body) == (verdicts.count > 1))
            }
        }
    }
}
