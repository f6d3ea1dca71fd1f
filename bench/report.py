# SPDX-License-Identifier: Apache-2.0
"""Figures of samples, and the table."""
import statistics

# Title, width (negative: to the left), and which figure with how many digits.
COLUMNS = [("runtime", -10, None), ("best ms", 8, ("best_ms", 2)), ("median ms", 10, ("wall_ms", 2)),
           ("p95 ms", 8, ("p95_ms", 2)), ("cpu ms", 8, ("cpu_ms", 2)), ("user", 7, ("user_ms", 2)),
           ("system", 7, ("system_ms", 2)), ("syscalls", 9, ("calls", 0)), ("peak KiB", 9, ("peak_kib", 0)),
           ("init KiB", 9, ("init_kib", 0)), ("/crun", 6, None), ("/floor", 7, None), ("cpu/crun", 9, None),
           ("calls/crun", 11, None)]


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def figures(case):
    """The numbers of one line. User and system time are counted in ticks, so only their mean means something."""
    samples = case.samples
    walls = [s.wall_ms for s in samples]
    inits = [s.init_kib for s in samples if s.init_kib]
    return {
        "best_ms": min(walls),
        "wall_ms": statistics.median(walls),
        "p95_ms": percentile(walls, 0.95),
        "cpu_ms": statistics.median(s.user_ms + s.system_ms for s in samples),
        "user_ms": statistics.mean(s.user_ms for s in samples),
        "system_ms": statistics.mean(s.system_ms for s in samples),
        "calls": case.calls,
        "peak_kib": max(s.peak_kib for s in samples),
        "init_kib": max(inits) if inits else None,
    }


def over(mine, others, key):
    if others is None or not others.get(key) or mine.get(key) is None:
        return "-"
    return f"{mine[key] / others[key]:.2f}"


def line_of(name, mine, crun, floor):
    values = ["-" if mine[key] is None else f"{mine[key]:.{digits}f}" for _, _, (key, digits) in COLUMNS[1:-4]]
    ratios = [over(mine, crun, "wall_ms"), over(mine, floor, "wall_ms"), over(mine, crun, "cpu_ms"),
              over(mine, crun, "calls")]
    return [name, *values, *ratios]


def aligned(cells):
    return " ".join(f"{cell:<{-width}}" if width < 0 else f"{cell:>{width}}"
                    for cell, (_, width, _) in zip(cells, COLUMNS)).rstrip()


def print_table(cases, titles):
    """One block for each operation and variant, one line for each contestant."""
    blocks = {}
    for case in cases:
        blocks.setdefault((case.operation, case.variant), []).append(case)
    print(aligned([name for name, _, _ in COLUMNS]))
    for (operation, variant), block in blocks.items():
        known = {case.contestant.name: figures(case) for case in block if case.samples}
        print(f"\n{titles[operation]}, {variant}")
        for case in block:
            name = case.contestant.name
            if case.refused:
                print(f"{name:<10} refused: {case.refused[:110]}")
            if case.failures:
                print(f"{name:<10} failed {case.failures} times")
            if name in known:
                print(aligned(line_of(name, known[name], known.get("crun"), known.get("floor"))))


def as_json(cases):
    return [{"operation": case.operation, "variant": case.variant, "runtime": case.contestant.name,
             "refused": case.refused, "figures": figures(case) if case.samples else None,
             "samples": [sample.as_dict() for sample in case.samples]} for case in cases]
