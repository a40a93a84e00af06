import CLIPData
import CLIPEvaluation
import CLIPModels
import Foundation
public import Torch

// What a recipe's sections stand for.

extension Recipe {
    /// The device, checked to be there.
    func resolvedDevice() throws -> Device {
        let count = Device.cudaCount
        switch device {
        case .cpu: return .cpu
        case .automatic: return count > 0 ? .cuda(0) : .cpu
        case .cuda(let number):
            let index = number ?? 0
            guard index < count else { throw TrainingError.noDevice("cuda:\(index)", found: count) }
            return .cuda(index)
        }
    }

    /// How many threads decode. On the CPU they share its cores with the model, so they are few.
    func workerCount(on device: Device) -> Int {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return data.workers.count(automatic: device == .cpu ? max(1, cores / 2) : cores)
    }

    /// The order in which a data set is read.
    func loaderOrder(of source: ShardDataset) -> LoaderSettings.Order {
        switch data.shuffle {
        case .global: .shuffled
        case .blocks: .blocks(window: data.window)
        case .automatic: source.preferredOrder(window: data.window)
        }
    }

    /// How training makes a batch's rows of image files.
    ///
    /// - Parameters:
    ///   - size: The side of the model's images.
    ///   - preprocessing: What the model's checkpoint says.
    func trainingImages(size: Int, _ preprocessing: Preprocessing) -> TrainingImages {
        var decoder = ImageDecoder(preprocessing.pixels, maxPixels: data.maximumPixels)
        decoder.detail = data.decode == .fast ? .fast : .exact
        let filter = augmentation.interpolation ?? preprocessing.interpolation
        return TrainingImages(trainTransform(size: size, .init(filter)), decoder: decoder)
    }

    func trainTransform(size: Int, _ filter: PillowResampler.Filter) -> TrainTransform {
        TrainTransform(
            height: size,
            width: size,
            crop: RandomResizedCrop(scale: augmentation.scale, ratio: augmentation.ratio),
            resampler: PillowResampler(filter: filter),
            horizontalFlip: augmentation.horizontalFlip,
            colour: ColourChange(
                brightness: augmentation.colorJitter.brightness,
                contrast: augmentation.colorJitter.contrast,
                saturation: augmentation.colorJitter.saturation,
                hue: augmentation.colorJitter.hue,
                probability: augmentation.colorJitter.probability,
                grayProbability: augmentation.grayscale
            )
        )
    }
}

extension Recipe.Precision {
    /// What the towers compute in on a device.
    public func type(on device: Device) -> DType {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .automatic: device.hasNativeBFloat16 ? .bfloat16 : .float32
        }
    }
}
