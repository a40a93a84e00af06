import ArgumentParser

struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Write the features of images, texts or captions.",
        discussion: """
            Of images and texts, the file holds one tensor, features [N, D] in float32: rows of unit length in the order of \
            the input. Of captions, it holds a language model's vectors of all captions of a data set, for training.

            EXAMPLE:
              clip embed images --checkpoint runs/demo --out images.safetensors photos/*.jpg
              clip embed texts --checkpoint runs/demo --out texts.safetensors --file lines.txt
              clip embed captions --language-model llm --data data/train --sources short=txt --out captions.features
            """,
        subcommands: [
            EmbedImagesCommand.self, EmbedTextsCommand.self, EmbedCaptionsCommand.self,
            EmbedMergeCommand.self,
            EmbedShowCommand.self, EmbedImportCommand.self, EmbedExportCommand.self,
        ]
    )
}
