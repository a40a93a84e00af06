/// A container of a data set, or what was appended to it later, or what is left of it between samples that are gone.
struct DatasetPart: Sendable {
    /// The container's place in the list.
    var list: Int
    var container: DataContainer
    /// The number of the index's entry.
    var shard: Int
    /// The ordinals of its samples.
    var ordinals: Range<Int>
    /// What the container looked like when it was scanned last.
    var version: ContainerVersion
    /// How many samples of the data set come before.
    var start: Int

    /// The parts of all containers of a list, in its order; parts without samples are left out.
    ///
    /// - Throws: `ShardError.staleIndex` for a container that the index does not know.
    static func parts(of shards: ShardList, in index: ShardIndex) throws(ShardError) -> [DatasetPart] {
        let known = index.shardNumbers
        let table = index.file.metadata.shards
        var parts: [DatasetPart] = []
        var start = 0
        for (place, container) in shards.containers.enumerated() {
            guard let numbers = known[index.name(of: container.name)], let last = numbers.last else {
                throw .staleIndex(index: index.path, reason: "it does not know '\(container.redactedName)'")
            }
            let name = index.name(of: container.name)
            for number in numbers {
                for ordinals in table[number].live {
                    parts.append(
                        DatasetPart(
                            list: place,
                            container: container,
                            shard: number,
                            ordinals: ordinals,
                            version: index.accepted[name] ?? table[last].version,
                            start: start
                        )
                    )
                    start += ordinals.count
                }
            }
        }
        return parts
    }
}
