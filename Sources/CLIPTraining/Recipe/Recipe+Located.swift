import CLIPData
import CLIPModels
import Foundation

extension Recipe {
    /// The recipe with absolute paths in place of relative ones, so that it means the same from any working directory.
    ///
    /// Addresses and commands stay as they are, and so do patterns where the folder's own name would be read as one.
    ///
    /// - Parameter folder: Where relative paths count from.
    func located(in folder: String = FileManager.default.currentDirectoryPath) -> Recipe {
        var recipe = self
        let place = PathBase(folder: folder)
        if let config = place.configuration(model.config) { recipe.model.config = config }
        recipe.model.initialize = model.initialize.map(place.path)
        recipe.model.language = model.language.map(place.path)
        recipe.data.train.entries = data.train.entries.map { entry in
            var located = entry
            located.source = place.sources(entry.source)
            return located
        }
        recipe.data.captions.sources = data.captions.sources.map { sources in
            CaptionSources(sources.entries.map { CaptionSources.Entry($0.name, place.origin($0.origin)) })
        }
        recipe.data.captions.features = data.captions.features.map { features in
            OneOrMore(features.texts.map(place.pattern))
        }
        recipe.tokens.text.tagger = tokens.text.tagger.map(place.path)
        recipe.data.cache.directory = data.cache.directory.map(place.path)
        recipe.data.remote.certificates = data.remote.certificates.map(place.path)
        recipe.evaluate = evaluate.map { evaluation in
            guard evaluation.kind != .normalizer else { return evaluation }
            var located = evaluation
            located.data = place.sources(evaluation.data)
            // Metrics keep the name that was written.
            if located.data != evaluation.data, evaluate.filter({ $0.kind == evaluation.kind }).count > 1 {
                located.name = evaluation.name ?? evaluation.data
            }
            return located
        }
        // What was told apart by its place stays so.
        for number in recipe.evaluate.indices
        where evaluate[number].name == nil && recipe.evaluate[number].name != nil {
            let written = evaluate[number]
            let same = evaluate[..<number].filter {
                $0.kind == written.kind && ($0.name ?? $0.data) == written.data
            }
            if !same.isEmpty { recipe.evaluate[number].name = "\(written.data)#\(same.count + 1)" }
        }
        for number in stages.indices {
            recipe.stages[number].recipe = stages[number].recipe.located(in: folder)
        }
        return recipe
    }
}

/// Where relative paths count from.
private struct PathBase {
    let folder: String

    func path(_ path: String) -> String {
        guard !path.isEmpty, !path.hasPrefix("/") else { return path }
        return folder + (folder.hasSuffix("/") ? "" : "/") + path
    }

    /// A path that may hold patterns.
    func pattern(_ pattern: String) -> String {
        // Alternatives may be absolute themselves, and then each of them is.
        guard !folder.contains(where: { "{}[]*?:".contains($0) }), !pattern.hasPrefix("{/") else {
            return pattern
        }
        return path(pattern)
    }

    /// Sources of samples, of which one text may name several.
    func sources(_ text: String) -> String {
        ShardList.parts(of: text).map { part in
            DataContainer.isRemote(part) ? part : pattern(part)
        }
        .joined(separator: "::")
    }

    /// The path of a file of a configuration; nil for a name of the catalogue.
    func configuration(_ text: String) -> String? {
        if text.contains("/") || text.hasSuffix(".json") { return path(text) }
        let isName = (try? ModelCatalog.names())?.contains(text) ?? true
        return !isName && FileManager.default.fileExists(atPath: path(text)) ? path(text) : nil
    }

    func origin(_ origin: CaptionSources.Entry.Origin) -> CaptionSources.Entry.Origin {
        guard case .file(var file) = origin else { return origin }
        file.file = OneOrMore(file.file.texts.map(pattern))
        file.table = file.table.map(path)
        return .file(file)
    }
}
