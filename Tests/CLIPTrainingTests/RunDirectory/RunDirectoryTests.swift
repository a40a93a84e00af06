import Foundation
import Testing

@testable import CLIPTraining

@Suite struct RunDirectoryTests {
    private let temporary: TemporaryDirectory
    private let recipe: Recipe
    private var url: URL { temporary.url.appending(path: "run") }

    init() throws {
        temporary = try TemporaryDirectory()
        recipe = try RecipeSamples.minimalRecipe()
    }

    @Test func aNewRunHoldsItsResolvedRecipe() throws {
        let run = try RunDirectory.create(at: url, recipe: recipe)
        #expect(temporary.names("run") == [".lock", "checkpoints", "recipe.yaml", "run.json"])
        #expect(try run.recipe() == recipe)
        #expect(try run.recipe(overrides: ["batch=8"]).batch == 8)
    }

    @Test func filesOfOthersAreNotTouched() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: url.appending(path: "thesis.txt"))
        let error = #expect(throws: RunDirectoryError.self) {
            try RunDirectory.create(at: url, recipe: recipe)
        }
        #expect(error == .notEmpty(path: url.path, hasCheckpoint: false))
        #expect(temporary.names("run") == ["thesis.txt"])
    }

    @Test func aStartedRunIsResumedAndNotRestarted() throws {
        do {
            let run = try RunDirectory.create(at: url, recipe: recipe)
            try run.checkpoints.write(TrainingPosition(step: 5)) { _ in }
        }
        let error = #expect(throws: RunDirectoryError.self) {
            try RunDirectory.create(at: url, recipe: recipe)
        }
        #expect(error?.description.contains("resume it with --resume") == true)
        let half = url.appending(path: "checkpoints/.step-6.partial")
        try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
        let run = try RunDirectory.resume(at: url)
        #expect(try run.checkpoints.newestValid()?.step == 5)
        #expect(temporary.names("run/checkpoints") == ["step-5"])
    }

    @Test func thereIsOneWriter() throws {
        let first = try RunDirectory.create(at: url, recipe: recipe)
        let error = #expect(throws: RunDirectoryError.self) { try RunDirectory.resume(at: url) }
        #expect(
            error == .inUse(path: url.path, owner: "process \(ProcessInfo.processInfo.processIdentifier)")
        )
        withExtendedLifetime(first) {}
    }

    @Test func theLockEndsWithTheRun() throws {
        do { _ = try RunDirectory.create(at: url, recipe: recipe) }
        _ = try RunDirectory.resume(at: url)
    }

    @Test func whatIsNoRunIsNotResumed() {
        #expect(throws: RunDirectoryError.notARun(path: url.path, missing: "recipe.yaml")) {
            try RunDirectory.resume(at: url)
        }
    }

    @Test func aPathBelowAFileIsExplained() throws {
        let file = temporary.url.appending(path: "file")
        try Data("x".utf8).write(to: file)
        let error = #expect(throws: RunDirectoryError.self) {
            try RunDirectory.create(at: file.appending(path: "run"), recipe: recipe)
        }
        #expect(
            error?.description.hasPrefix("cannot make \(file.path)/run: ") == true,
            "\(String(describing: error))"
        )
    }
}
