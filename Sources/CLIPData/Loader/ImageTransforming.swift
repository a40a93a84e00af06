/// Turns an encoded image into one row of a batch.
public protocol ImageTransforming: Sendable {
    /// The row's width in pixels.
    var width: Int { get }
    /// The row's height in pixels.
    var height: Int { get }

    /// Decodes `encoded` and writes `3 × height × width` bytes, planes of red, green and blue.
    ///
    /// Called from several threads at a time. All randomness comes from `random`.
    /// - Throws: Any error; one that is a `SampleFaultError` says by which kind it counts.
    func transform(
        _ encoded: UnsafeRawBufferPointer,
        into row: UnsafeMutableBufferPointer<UInt8>,
        using random: inout CounterRandom
    ) throws
}
