"""Takes headers and libraries out of a torch wheel: unpack_libtorch.py WHEEL DESTINATION."""

import pathlib
import sys
import zipfile

# Parts of the wheel that only Python uses.
LEFT_OUT = ("libtorch_python", "libbackend_with_compiler", "libjitbackend_test", "libtorchbind_test",
            "libaoti_custom_ops", "libshm")


def wanted(name: str) -> bool:
    path = pathlib.PurePosixPath(name)
    if path.parts[:2] == ("torch", "include"):
        return True
    return path.parts[:2] == ("torch", "lib") and ".so" in path.name and not path.name.startswith(LEFT_OUT)


def main() -> None:
    wheel, destination = sys.argv[1], pathlib.Path(sys.argv[2])
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            if info.is_dir() or not wanted(info.filename):
                continue
            target = destination.joinpath(*pathlib.PurePosixPath(info.filename).parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, open(target, "wb") as sink:
                while chunk := source.read(1 << 22):
                    sink.write(chunk)
    if not (destination / "lib" / "libtorch_cpu.so").exists():
        sys.exit(f"setup: {wheel} holds no torch/lib/libtorch_cpu.so; is it a Linux wheel of torch?")


main()
