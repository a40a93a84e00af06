import CLIPModels

extension ModelConfiguration {
    /// What a fresh head takes of weights, in one sentence.
    func headNotice(over origin: StageSetup.Origin) throws -> String {
        let change = try headChange(from: origin.configuration)
        let image = change.fresh.filter { $0.name.hasPrefix("visual.") }
        let text = change.fresh.count - image.count
        var fresh: [String] = []
        if !image.isEmpty {
            let width = "\(origin.configuration.embeddingWidth) → \(embeddingWidth)"
            fresh.append("\(image.map(\.name).joined(separator: ", ")) (features of \(width))")
        }
        if text > 0 { fresh.append("\(text) tensors of the \(self.text.name)") }
        let gone = change.leftOut.filter { !$0.name.hasPrefix("visual.") }
        let values = gone.reduce(0) { $0 + $1.count }
        return
            "\(origin.place) gives its image tower and temperature; fresh: \(fresh.joined(separator: ", "))"
            + (gone.isEmpty
                ? ""
                : "; left out: \(gone.count) tensors of its \(origin.configuration.text.name), \(values) values")
    }
}
