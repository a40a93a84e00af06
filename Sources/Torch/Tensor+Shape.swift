internal import CTorch

// Views and rearrangements. Negative dimensions count from the end.
extension Tensor {
    /// The same elements in another shape; one size may be -1.
    public func reshaped(_ shape: [Int]) throws -> Tensor {
        try make("reshaped(\(summary), \(shape))") {
            ct_reshape(handle, shape.map(Int64.init), Int64(shape.count), $0, $1)
        }
    }

    /// Dimensions of size 1 repeated without copying; -1 keeps a size.
    public func expanded(_ shape: [Int]) throws -> Tensor {
        try make("expanded(\(summary), \(shape))") {
            ct_expand(handle, shape.map(Int64.init), Int64(shape.count), $0, $1)
        }
    }

    /// The dimensions in another order.
    public func permuted(_ dims: [Int]) throws -> Tensor {
        try make("permuted(\(summary), \(dims))") {
            ct_permute(handle, dims.map(Int64.init), Int64(dims.count), $0, $1)
        }
    }

    /// Two dimensions exchanged.
    public func transposed(_ dim0: Int = -2, _ dim1: Int = -1) throws -> Tensor {
        try make("transposed(\(summary), \(dim0), \(dim1))") {
            ct_transpose(handle, Int64(dim0), Int64(dim1), $0, $1)
        }
    }

    /// A new dimension of size 1.
    public func unsqueezed(_ dim: Int) throws -> Tensor {
        try make("unsqueezed(\(summary), \(dim))") { ct_unsqueeze(handle, Int64(dim), $0, $1) }
    }

    /// A dimension of size 1 removed.
    public func squeezed(_ dim: Int) throws -> Tensor {
        try make("squeezed(\(summary), \(dim))") { ct_squeeze(handle, Int64(dim), $0, $1) }
    }

    /// The elements whose index along `dim` lies in the range.
    public func slice(_ range: Range<Int>, dim: Int = 0) throws -> Tensor {
        try make("slice(\(summary), \(range), dim: \(dim))") {
            ct_slice(handle, Int64(dim), Int64(range.lowerBound), Int64(range.upperBound), 1, $0, $1)
        }
    }

    /// One index along a dimension, which disappears.
    public func select(_ index: Int, dim: Int = 0) throws -> Tensor {
        try make("select(\(summary), \(index), dim: \(dim))") {
            ct_select(handle, Int64(dim), Int64(index), $0, $1)
        }
    }

    /// The listed indices along a dimension.
    public func indexSelect(_ indices: Tensor, dim: Int = 0) throws -> Tensor {
        try make("indexSelect(\(summary), \(indices.summary), dim: \(dim))") {
            ct_index_select(handle, Int64(dim), indices.handle, $0, $1)
        }
    }

    /// For each position of `indices`, the element whose index along `dim` it holds.
    public func gather(_ indices: Tensor, dim: Int) throws -> Tensor {
        try make("gather(\(summary), \(indices.summary), dim: \(dim))") {
            ct_gather(handle, Int64(dim), indices.handle, $0, $1)
        }
    }

    /// The main diagonal of a matrix, as a view.
    public func diagonal() throws -> Tensor {
        try make("diagonal(\(summary))") { ct_diagonal(handle, $0, $1) }
    }

    /// The order along a dimension reversed.
    public func flipped(dim: Int) throws -> Tensor {
        try make("flipped(\(summary), dim: \(dim))") { ct_flip(handle, Int64(dim), $0, $1) }
    }

    /// Tensors joined along an existing dimension.
    public static func concatenate(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
        try withHandles(tensors) { handles in
            try make("concatenate(\(tensors.map(\.summary)), dim: \(dim))") {
                ct_concatenate(handles, Int64(tensors.count), Int64(dim), $0, $1)
            }
        }
    }

    /// Tensors joined along a new dimension.
    public static func stack(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
        try withHandles(tensors) { handles in
            try make("stack(\(tensors.map(\.summary)), dim: \(dim))") {
                ct_stack(handles, Int64(tensors.count), Int64(dim), $0, $1)
            }
        }
    }
}
