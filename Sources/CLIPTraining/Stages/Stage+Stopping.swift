/// What becomes of a stage that is asked to stop, or whose data fails.
extension Stage {
    /// Makes one step.
    ///
    /// - Returns: Whether it was made; false where it, or the wait for its batch, was given up for a stop.
    /// - Throws: What failed. Where that was not the step itself, the steps before it are saved first.
    func makeStep(into record: RunRecord, until interrupt: InterruptFlag) throws -> Bool {
        do {
            try trainer.step()
            hasGivenUpStep = false
            return true
        } catch {
            hasGivenUpStep = error is Interruption
            guard trainer.isBetweenSteps else { throw error }
            // What was waited for ends with an error of its own.
            if interrupt.isRaised { return false }
            saveBeforeEnd(into: record)
            throw error
        }
    }

    /// Makes an evaluation, unless a stop is asked for; one that is broken off leaves nothing.
    ///
    /// - Returns: Whether it was made.
    /// - Throws: What failed, after the steps before it were saved.
    func evaluate(
        _ evaluation: ScheduledEvaluation,
        into record: RunRecord,
        until interrupt: InterruptFlag
    ) throws -> Bool {
        if interrupt.isRaised { return false }
        do {
            try evaluate(evaluation, into: record)
            return true
        } catch {
            if interrupt.isRaised { return false }
            saveBeforeEnd(into: record)
            throw error
        }
    }

    /// Saves what is not saved yet; where that fails, too, the first error is the one to tell.
    private func saveBeforeEnd(into record: RunRecord) {
        guard record.saved?.step != trainer.position.step else { return }
        do {
            try record.save(self)
        } catch {
            record.progress.message("warning: the steps since the last checkpoint are lost: \(error)")
        }
    }
}
