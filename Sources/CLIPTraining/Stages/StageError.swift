/// What is wrong with one of several stages.
public struct StageError: Error, CustomStringConvertible {
    /// The stage's number, from 0, and its name.
    public let number: Int
    /// The stage's name.
    public let name: String
    /// What is wrong.
    public let cause: any Error

    /// The stage, and what is wrong with it.
    public var description: String { "in stages.\(number) (\(name)): \(cause)" }

    /// Runs a body for a stage, and names the stage where it fails and there are others.
    static func naming<R>(_ stage: Recipe.Stage, _ number: Int, of count: Int, _ body: () throws -> R) throws
        -> R
    {
        do {
            return try body()
        } catch let error as RecipeError where count > 1 {
            throw RecipeError(error.problems.map { $0.moved(into: number) })
        } catch  where count > 1 {
            throw StageError(number: number, name: stage.name, cause: error)
        }
    }
}
