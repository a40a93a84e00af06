import Torch

/// Position embeddings for another number of positions, as open_clip's loader makes them.
enum PositionResizing {
    /// `[1 + G², W] → [1 + g², W]`: bicubic with antialiasing over the grid; the class token's row stays.
    static func image(_ table: Tensor, grid: Int) throws -> Tensor {
        let (count, width) = (table.size(0) - 1, table.size(1))
        let old = Int(Double(count).squareRoot().rounded())
        guard old != grid else { return table }
        let cells = try table.slice(1..<(count + 1)).reshaped([1, old, old, width]).permuted([0, 3, 1, 2])
        let resized = try cells.to(.float32).contiguous().resizedBicubic(height: grid, width: grid)
        let rows = try resized.permuted([0, 2, 3, 1]).reshaped([grid * grid, width])
        return try Tensor.concatenate([table.slice(0..<1).to(.float32), rows])
    }

    /// `[L, W] → [l, W]`: linear between the centres of positions.
    static func text(_ table: Tensor, length: Int) throws -> Tensor {
        let old = table.size(0)
        guard old != length else { return table }
        var weights = [Float](repeating: 0, count: length * old)
        for position in 0..<length {
            let place = max((Double(position) + 0.5) * Double(old) / Double(length) - 0.5, 0)
            let left = min(Int(place), old - 1)
            let right = min(left + 1, old - 1)
            let part = Float(place - Double(left))
            weights[position * old + left] += 1 - part
            weights[position * old + right] += part
        }
        return try Tensor(weights).reshaped([length, old]).matmul(table.to(.float32))
    }
}
