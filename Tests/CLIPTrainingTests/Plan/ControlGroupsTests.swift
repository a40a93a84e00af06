import Foundation
import Testing

@testable import CLIPTraining

/// What control groups leave to a process, by files of made-up systems.
@Suite struct ControlGroupsTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func remainder(_ files: [String: String]) throws -> Int? {
        for (name, text) in files {
            let url = folder.url.appending(path: name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("\(text)\n".utf8).write(to: url)
        }
        return ControlGroups(root: folder.url.path).remainder
    }

    @Test func withoutLimitsNobodyKnows() throws {
        #expect(try remainder([:]) == nil)
        let files = [
            "proc/self/cgroup": "0::/a", "sys/fs/cgroup/a/memory.max": "max",
            "sys/fs/cgroup/a/memory.current": "7",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        ]
        #expect(try remainder(files) == nil)
    }

    /// Pages of files that were read are given back when somebody wants them.
    @Test func pagesOfFilesAreFree() throws {
        let files = [
            "proc/self/cgroup": "0::/a", "sys/fs/cgroup/a/memory.max": "1000",
            "sys/fs/cgroup/a/memory.current": "900",
            "sys/fs/cgroup/a/memory.stat": "anon 300\nfile 600\ninactive_file 400\nactive_file 150",
        ]
        #expect(try remainder(files) == 650)
    }

    @Test func theNarrowestOfTheGroupsAroundCounts() throws {
        var files = [
            "proc/self/cgroup": "0::/a/b/c", "sys/fs/cgroup/a/b/c/memory.max": "max",
            "sys/fs/cgroup/a/b/memory.max": "1000", "sys/fs/cgroup/a/b/memory.current": "100",
            "sys/fs/cgroup/a/memory.max": "800", "sys/fs/cgroup/a/memory.current": "300",
        ]
        #expect(try remainder(files) == 500)
        files["sys/fs/cgroup/a/b/memory.current"] = "1100"
        #expect(try remainder(files) == 0)
    }

    /// In a container the path may be that of the host, and the group is the root.
    @Test func aRootStandsForAGroupThatIsNotSeen() throws {
        let files = [
            "proc/self/cgroup": "0::/host/x", "sys/fs/cgroup/memory.max": "100",
            "sys/fs/cgroup/memory.current": "30",
        ]
        #expect(try remainder(files) == 70)
    }

    @Test func theFirstVersionHasAHierarchyOfItsOwn() throws {
        let files = [
            "proc/self/cgroup": "5:cpu,cpuacct:/c\n4:memory:/m/n\n1:name=systemd:/s",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
            "sys/fs/cgroup/memory/m/memory.limit_in_bytes": "5000",
            "sys/fs/cgroup/memory/m/memory.usage_in_bytes": "100",
            "sys/fs/cgroup/memory/m/n/memory.limit_in_bytes": "1000",
            "sys/fs/cgroup/memory/m/n/memory.usage_in_bytes": "900",
            "sys/fs/cgroup/memory/m/n/memory.stat":
                "inactive_file 1\ntotal_inactive_file 200\ntotal_active_file 50",
        ]
        #expect(try remainder(files) == 350)
    }
}
