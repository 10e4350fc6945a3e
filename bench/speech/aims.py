"""What the level's rule is held to, as tables: nothing changes at ordinary levels, quiet and loud speech
is as good as under the best constant gain, and steps and noise alone do no harm."""

import statistics

from speech.outcome import DIGITS, group_table, means, ordered, same_bits

# What the level's rule is held to: how far a clip may be from the best constant gain for it.
AIMS = {"file": {"si_sdr_db": 1.0, "pesq": 0.05}, "pipe": {"si_sdr_db": 1.5, "pesq": 0.1}}
JUDGED_WINDOW = {"file": "whole", "keep": "whole", "pipe": "later"}


def best_values(cases, model):
    """{(mix, window, measure): the best value under a constant gain}"""
    best = {}
    for case in cases:
        if case["model"] != model or case["group"] != "best":
            continue
        for window, measures in case["windows"].items():
            for measure, value in measures.items():
                key = (case["mix"], window, measure)
                best[key] = max(value, best.get(key, value))
    return best


def shortfalls(cases, model, way):
    """{(row, measure): [how far each case is behind its best constant gain]}"""
    best = best_values(cases, model)
    window = JUDGED_WINDOW[way]
    found = {}
    for case in cases:
        if (case["model"], case["group"], case["way"]) != (model, "level", way):
            continue
        for measure in AIMS["file"]:
            value = case["windows"].get(window, {}).get(measure)
            reached = best.get((case["mix"], window, measure))
            if value is not None and reached is not None:
                found.setdefault((case["row"], measure), []).append(reached - value)
    return found


def shortfall_table(cases, model):
    """How far from the best constant gain: mean, worst, and the share of clips within the aim."""
    lines = [
        f"Behind the best constant gain for each clip, {model}: mean, worst and share of clips within "
        "the aim (file: 1.0 dB and 0.05, the whole clip; pipe: 1.5 dB and 0.1, from 1 s on)",
        "",
        "| | SI-SDR: keep | file | pipe | PESQ: keep | file | pipe |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    found = {way: shortfalls(cases, model, way) for way in ("keep", "file", "pipe")}
    for row in ordered(row for row, _ in found["file"]):
        cells = []
        for measure in ("si_sdr_db", "pesq"):
            digits = DIGITS.get(measure, 1)
            for way in ("keep", "file", "pipe"):
                values = found[way].get((row, measure), [])
                if not values:
                    cells.append("-")
                    continue
                cell = f"{statistics.fmean(values):.{digits}f}, {max(values):.{digits}f}"
                if way in AIMS:
                    within = sum(v <= AIMS[way][measure] for v in values)
                    cell += f", {round(100 * within / len(values))} %"
                cells.append(cell)
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return lines + [""] if len(lines) > 4 else []


def zone_table(cases, model):
    chosen = [c for c in cases if (c["model"], c["group"]) == (model, "zone")]
    lines = [f"Ordinary levels, {model}: clips with the bits of keep, file / pipe", "", "| | |", "| --- | --- |"]
    lines += [f"| {row} | {same_bits(chosen, row)} |" for row in ordered(c["row"] for c in chosen)]
    return lines + [""] if chosen else []


def mean_and_worst(losses, digits):
    return f"{statistics.fmean(losses):.{digits}f}, {max(losses):.{digits}f}" if losses else "-"


def step_table(cases, model):
    found = means(c for c in cases if (c["model"], c["group"]) == (model, "step"))
    best = best_values(cases, model)
    lines = [
        f"Steps of the level, {model}: in the next 3 s, how much less a pipe has than with the level kept; "
        "from 5 s after the step on, how far both are behind the best constant gain; mean and worst",
        "",
        "| | SI-SDR, dB: less than keep | later: keep | pipe | PESQ: less than keep | later: keep | pipe |",
        "| --- " * 7 + "|",
    ]
    mixes = {(c["row"], c["name"]): c["mix"] for c in cases if c["group"] == "step"}
    for row in ordered(key[2] for key in found):
        cells = []
        for measure in ("si_sdr_db", "pesq"):
            digits = DIGITS.get(measure, 1)
            next_s = {way: found.get((model, "step", row, way, "next 3 s", measure), {}) for way in ("keep", "pipe")}
            cells.append(mean_and_worst([next_s["keep"][n] - v for n, v in next_s["pipe"].items()], digits))
            for way in ("keep", "pipe"):
                values = found.get((model, "step", row, way, "whole", measure), {})
                reached = {n: best.get((mixes[row, n], "whole", measure)) for n in values}
                behind = [reached[n] - v for n, v in values.items() if reached[n] is not None]
                cells.append(mean_and_worst(behind, digits))
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return lines + [""] if found else []


def noise_table(cases, model):
    """A line a noise: what is removed, at each level."""
    chosen = [c for c in cases if (c["model"], c["group"]) == (model, "noise")]
    rows = ordered(c["row"] for c in chosen)
    lines = [
        f"Noise alone, {model}: removed in all, removed least in half a second, and spread over half "
        "seconds, dB; a missing line has the bits of keep at every level",
        "",
        "| | " + " | ".join(rows) + " |",
        "| --- " * (len(rows) + 1) + "|",
    ]
    at = {(c["name"], c["way"], c["row"]): c for c in chosen}
    for name in ordered(c["name"] for c in chosen):
        for way in ("keep", "file", "pipe"):
            line = [at[name, way, row] for row in rows]
            if way != "keep" and all(c["same"] for c in line):
                continue
            cells = []
            for c in line:
                found = c["windows"]["whole"]
                told = f"{found['removed_db']:.0f}, {found['least_db']:.0f}, {found['spread_db']:.0f}"
                cells.append("same bits" if c["same"] else told)
            lines.append(f"| {name}, {way} | " + " | ".join(cells) + " |")
    return lines + [""] if chosen else []


def tables(cases):
    lines = []
    for model in ordered(c["model"] for c in cases):
        for table in (zone_table, shortfall_table, step_table, noise_table):
            lines += table(cases, model)
        for group in ordered(c["group"] for c in cases if c["model"] == model):
            if group not in ("best", "zone"):
                lines += group_table(cases, model, group)
    return "\n".join(lines)
