/// Names by which pictures, captions, keys and addresses are found unless a setting names others, best first.
public enum UsualNames {
    /// Suffixes of pictures, and so the fields that hold one.
    public static let imageFields = ["jpg", "jpeg", "png", "webp"]

    /// Columns, or keys of JSON objects, with the path of a picture.
    static let images = [
        "image", "filepath", "image_path", "path", "file", "file_name", "filename", "jpg",
    ]

    /// Columns, keys or fields with a caption.
    static let captions = ["caption", "title", "text", "txt", "description", "alt_text", "alt"]

    /// Columns of side files with captions; `title` and its like are left out, as they are often other things there.
    static let sideCaptions = ["caption", "captions", "text", "texts", "rewrites"]

    /// Names of captions that a hint may suggest, whether or not they are taken without being asked for.
    static let likelyCaptions = ["txt"] + captions.filter { $0 != "txt" } + ["label", "cap", "prompt"]

    /// Columns, or keys of JSON objects, with a sample's key.
    static let keys = ["key", "__key__", "id"]

    /// Columns of side files with the key of a sample. A row of a side file is about an image, so `image_id` names it;
    /// in a table of samples several rows may share one.
    static let sideKeys = keys + ["image_id"]

    /// Columns of side files with the address of a picture.
    static let addresses = ["url", "__url__", "image_url"]

    /// The place of the first of some names that is there.
    static func place(of names: [String], in columns: [String]) -> Int? {
        names.lazy.compactMap { columns.firstIndex(of: $0) }.first
    }
}
