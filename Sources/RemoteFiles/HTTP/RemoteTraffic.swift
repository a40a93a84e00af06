import Synchronization

/// What was asked of the servers so far.
public struct RemoteTraffic: Sendable {
    /// What was asked of one host.
    public struct Host: Sendable {
        /// Name and, if it was given, port.
        public let name: String
        /// Bytes of content that came.
        public internal(set) var bytes = 0
        /// Requests that were made, failed ones included.
        public internal(set) var requests = 0
        /// Those that failed and were made again.
        public internal(set) var retries = 0
        /// Seconds spent waiting before they were.
        public internal(set) var secondsWaited = 0.0
    }

    /// By name, in order.
    public internal(set) var hosts: [Host] = []
    /// The address, without what is secret, whose request took longest.
    public internal(set) var slowestURL: String?
    /// The seconds which that took.
    public internal(set) var slowestSeconds = 0.0

    mutating func change(_ name: String, _ body: (inout Host) -> Void) {
        let place = hosts.firstIndex { $0.name >= name } ?? hosts.count
        if place == hosts.count || hosts[place].name != name { hosts.insert(Host(name: name), at: place) }
        body(&hosts[place])
    }
}
