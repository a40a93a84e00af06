public import Torch

/// Language models on the disk.
public enum LanguageModels {
    /// Opens a directory in Hugging Face's layout or a GGUF file.
    ///
    /// - Parameter decodedType: What a GGUF file's blocks are decoded to: float32, or float16 or bfloat16 for half the memory.
    /// - Throws: ``LanguageModelError`` for what is neither, or cannot be read; ``GGUFError`` for such a file.
    public static func open(_ path: String, decodedTo decodedType: DType = .float32) throws
        -> any LanguageModelSource
    {
        if GGUFFile.isOne(path) { return try GGUFModel(path: path, decodedTo: decodedType) }
        return try LanguageModelDirectory(path)
    }
}
