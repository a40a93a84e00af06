import ArgumentParser

struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Write the features of images or texts.",
        discussion: """
            The file holds one tensor, features [N, D] in float32: rows of unit length in the order of the input.

            EXAMPLE:
              clip embed images --checkpoint runs/demo --out images.safetensors photos/*.jpg
              clip embed texts --checkpoint runs/demo --out texts.safetensors --file lines.txt
            """,
        subcommands: [EmbedImagesCommand.self, EmbedTextsCommand.self]
    )
}
