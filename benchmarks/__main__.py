"""`python -m benchmarks`: every ratio, with the bound that an issue names where it names one."""

from __future__ import annotations

from benchmarks import images, letters, names


def main() -> None:
    for module in (names, images, letters):
        for ratio in module.ratios():
            print(ratio.line(), flush=True)


if __name__ == "__main__":
    main()
