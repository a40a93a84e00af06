extension ContinuousClock.Instant {
    /// Seconds that have gone by since.
    var secondsSince: Double { (.now - self) / .seconds(1) }
}
