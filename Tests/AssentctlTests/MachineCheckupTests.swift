import Domain
import Platform
import Testing

@testable import assentctl

/// What is judged of the machine; what is read of a real one is in the tests of processes.
@Suite struct MachineCheckupTests {
    private func machine(_ change: (inout Machine) -> Void) -> Machine {
        var machine = Machine(
            dataDirectory: "/data",
            settings: Machine.Settings(
                """
                # comment
                max-connections 1000
                max-total-pending-output 256
                spare-memory 128
                remembered-ids 4194304
                max-cards 20000000
                fill-buffer 4
                segment-size 256
                """
            ),
            settingsSecond: 1_000,
            process: Machine.Process(user: 7, descriptorCountMax: 65_536),
            memoryByteCount: 16 << 30,
            files: [
                Machine.File(kind: .dataDirectory, path: "/data", permissions: FilePermissions(mode: 0o700, user: 7)),
                Machine.File(
                    kind: .configuration,
                    path: "/a.conf",
                    permissions: FilePermissions(mode: 0o644, user: 0, changedSecond: 900)
                ),
            ]
        )
        change(&machine)
        return machine
    }

    private func findings(_ change: (inout Machine, inout MachineCheckup) -> Void) -> [String: Finding] {
        var machine = machine { _ in }
        var checkup = MachineCheckup(now: .epoch, held: MachineCheckup.Held(cards: 1_000, payments: 1_000))
        change(&machine, &checkup)
        checkup.machine = machine
        return Dictionary(checkup.findings.map { ($0.subject, $0) }) { first, _ in first }
    }

    @Test func aMachineInOrderHasNothingToDo() {
        let all = findings { _, _ in }
        #expect(all.keys.sorted() == ["descriptors", "memory", "permissions", "settings"])
        #expect(all.values.allSatisfy { $0.verdict == .good && $0.advice.isEmpty }, "\(all)")
    }

    @Test(arguments: [("per-principal 999", true), ("per-address 1000", true), ("per-address 989", false)])
    func aBoundThatLetsOnePeerTakeEverythingIsSaid(setting: String, isSaid: Bool) {
        let found = findings { machine, _ in
            machine.settings = Machine.Settings(
                "max-connections 1000\nmax-admin-connections 10\nmax-connections-\(setting)\nsnapshot-interval 1\n"
            )
        }["settings"]
        #expect(found?.verdict == (isSaid ? .warning : .good), "\(String(describing: found))")
        #expect(found?.seen.contains("every connection") == isSaid)
    }

    @Test(arguments: [(25, .good), (27, .warning)] as [(Int64, Finding.Verdict)])
    func whereTimeStampsAreTakenTheyMustNotStop(hours: Int64, verdict: Finding.Verdict) {
        #expect(findings { _, _ in }["time stamps"] == nil, "not everybody takes them")
        let found = findings { machine, checkup in
            machine.stampedSecond = checkup.now.microseconds / 1_000_000 - hours * 3_600
        }["time stamps"]
        #expect(found?.verdict == verdict)
        #expect(found?.seen == "the audit log's last was kept \(hours) h ago")
        let chained = findings { machine, checkup in
            machine.ethereumSecond = checkup.now.microseconds / 1_000_000 - hours * 3_600
        }
        #expect(chained["ethereum"]?.verdict == verdict)
        #expect(chained["time stamps"] == nil, "one says nothing of the other")
    }

    @Test func theLeastBoundOfMemoryCounts() {
        #expect(findings { machine, _ in machine.process?.memoryByteCountMax = 512 << 20 }["memory"]?.verdict == .bad)
        let tight = findings { machine, _ in machine.process?.memoryByteCountMax = 2 << 30 }["memory"]
        #expect(tight?.verdict == .warning && tight?.seen.contains("2048 MiB of its control group") == true)
        #expect(findings { machine, _ in machine.memoryByteCount = 2 << 30 }["memory"]?.verdict == .warning)
        // What is there counts, whatever may come.
        let many = findings { machine, checkup in
            checkup.held?.payments = 100_000_000
            machine.memoryByteCount = 16 << 30
        }
        #expect(many["memory"]?.verdict == .bad)
        #expect(findings { machine, _ in machine.memoryByteCount = 0 }["memory"]?.verdict == .good)
    }

    @Test func whatCannotBeSeenIsSaid() {
        #expect(findings { machine, _ in machine.process = nil }["limits"]?.verdict == .warning)
        let checkup = MachineCheckup(now: .epoch, obstacle: .noSettings(reason: "cannot open"))
        #expect(checkup.findings.map(\.verdict) == [.warning])
        #expect(checkup.findings.allSatisfy { !$0.advice.isEmpty })
    }

    @Test func everyFileThatIsNotAsItShouldBeHasARowTheWorstFirst() {
        let machine = machine { machine in
            let open = FilePermissions(mode: 0o777, user: 7)
            machine.files[0].permissions = FilePermissions(mode: 0o755, user: 7)
            machine.files.append(Machine.File(kind: .key, path: "/k", permissions: open))
            machine.files.append(Machine.File(kind: .socket(role: "metrics"), path: "/m", permissions: open))
        }
        let rows = MachineCheckup(now: .epoch, machine: machine).findings.filter { $0.subject == "permissions" }
        #expect(rows.map(\.verdict) == [.bad, .warning])
        #expect(
            rows.map(\.seen) == [
                "/k (777) is a key that others may read or change", "/data (755) may be looked into by everybody",
            ]
        )
        #expect(rows.map(\.advice) == ["chmod 600 /k, and replace the key", "chmod o-rwx /data"])
    }

    @Test func moreThanSomebodyReadsAreCounted() {
        let machine = machine { machine in
            for number in 0..<25 {
                let file = FilePermissions(mode: 0o640, user: 9)
                machine.files.append(Machine.File(kind: .data, path: "/data/\(number)", permissions: file))
            }
        }
        let rows = MachineCheckup(now: .epoch, machine: machine).findings.filter { $0.subject == "permissions" }
        #expect(rows.count == MachineCheckup.permissionRowCountMax + 1)
        #expect(rows[0].seen == "/data/0 (640) belongs to user 9, and the daemon is user 7")
        #expect(rows[0].advice == "chown -R 7 /data/0")
        #expect(rows[rows.count - 1].seen == "15 other files")
    }

    /// Then the data directory's owner is who the files are to belong to.
    @Test func withoutAProcessFilesAreComparedWithTheirDirectory() {
        let machine = machine { machine in
            machine.process = nil
            let file = FilePermissions(mode: 0o640, user: 9)
            machine.files.append(Machine.File(kind: .data, path: "/data/x", permissions: file))
        }
        let rows = MachineCheckup(now: .epoch, machine: machine).findings
        #expect(rows.map(\.subject) == ["permissions", "settings"])
        #expect(rows[0].seen == "/data/x (640) belongs to user 9, and the data directory to 7")
    }

    @Test func dataIsLookedForWhereTheSocketSays() throws {
        func candidates(_ endpoint: String, _ given: String? = nil) throws -> [String] {
            Machine.dataDirectories(given: given, socket: try #require(Endpoint(endpoint)))
        }
        #expect(
            try candidates("unix:/run/assent-second/admin.sock") == ["/run/assent-second", "/var/lib/assent-second"]
        )
        #expect(try candidates("unix:./assent-data/admin.sock") == ["./assent-data", "/var/lib/assent-data"])
        #expect(try candidates("tcp:127.0.0.1:9701") == [])
        #expect(try candidates("tcp:127.0.0.1:9701", "/d") == ["/d"])
    }
}
