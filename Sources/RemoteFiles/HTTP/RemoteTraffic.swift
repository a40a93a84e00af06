import Synchronization

/// What was asked of the servers so far.
public struct RemoteTraffic: Sendable, CustomStringConvertible {
    /// What was asked of one host.
    struct Host: Sendable {
        /// Name and, if it was given, port.
        let name: String
        /// Bytes of content that came.
        var bytes = 0
        /// Requests that were made, failed ones included.
        var requests = 0
        /// Those that failed and were made again.
        var retries = 0
        /// Seconds spent waiting before they were.
        var secondsWaited = 0.0
    }

    /// By name, in order.
    var hosts: [Host] = []
    /// The address, without what is secret, whose request took longest.
    public internal(set) var slowestURL: String?
    /// The seconds which that took.
    public internal(set) var slowestSeconds = 0.0

    /// Bytes of content that came from all hosts.
    public var bytes: Int { hosts.reduce(0) { $0 + $1.bytes } }
    /// Requests to all hosts, failed ones included.
    public var requests: Int { hosts.reduce(0) { $0 + $1.requests } }
    /// Those that failed and were made again.
    public var retries: Int { hosts.reduce(0) { $0 + $1.retries } }
    /// Seconds spent waiting before they were, over all threads.
    public var secondsWaited: Double { hosts.reduce(0) { $0 + $1.secondsWaited } }

    /// One line for people.
    public var description: String {
        func seconds(_ value: Double) -> String { "\((value * 10).rounded() / 10) s" }
        var parts = ["\(bytes) bytes in \(requests) request\(requests == 1 ? "" : "s")"]
        if retries > 0 { parts.append("\(retries) of them again after \(seconds(secondsWaited))") }
        if let slowestURL { parts.append("the slowest \(seconds(slowestSeconds)) for \(slowestURL)") }
        return parts.joined(separator: ", ")
    }

    mutating func change(_ name: String, _ body: (inout Host) -> Void) {
        let place = hosts.firstIndex { $0.name >= name } ?? hosts.count
        if place == hosts.count || hosts[place].name != name { hosts.insert(Host(name: name), at: place) }
        body(&hosts[place])
    }
}
