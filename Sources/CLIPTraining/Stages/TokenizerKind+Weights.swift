import CLIPModels
import CLIPText

extension TokenizerKind {
    /// The tokenizer, with the vocabulary that lies beside weights of a model of this kind where there is one.
    ///
    /// - Parameter path: The weights with which a stage starts; nil for first ones.
    func tokenizer(besideWeights path: String?) throws -> any TextTokenizer {
        guard let path, !fileNames.isEmpty else { return try tokenizer() }
        let directory = try CheckpointDirectory(path)
        // Weights of another tokenizer are refused where they are read.
        return try directory.configuration.text.tokenizer == self ? directory.tokenizer() : tokenizer()
    }
}
