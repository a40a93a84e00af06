/// Rows without pixels, for a model that takes texts only: no picture is read.
public struct NoImages: ImageTransforming {
    /// Creates it.
    public init() {}

    /// No.
    public var readsImages: Bool { false }
    /// 0.
    public var width: Int { 0 }
    /// 0.
    public var height: Int { 0 }

    /// Does nothing.
    public func transform(
        _ encoded: UnsafeRawBufferPointer,
        into row: UnsafeMutableBufferPointer<UInt8>,
        using random: inout CounterRandom,
        workspace: ImageWorkspace
    ) throws {}
}
