"""What a run found, as JSON that a later run can be held against, and as Markdown."""

import json
import statistics

from peer_process import PeerError

FORMAT = 1
# By how much the mean of a row may get worse. A change of the last bits of the output moves single
# cases by less; DNSMOS and PESQ have steps where their time alignment or voice detection flips.
BOUNDS = {
    "si_sdr_db": 0.3, "pesq": 0.03, "stoi": 0.005, "dnsmos": 0.05, "dnsmos_speech": 0.05,
    "dnsmos_noise": 0.05, "removed_db": 1.0, "least_db": 1.5, "spread_db": 1.0, "kept_db": 0.3,
}  # fmt: skip
LOWER_IS_BETTER = {"spread_db"}
TITLES = {
    "si_sdr_db": "SI-SDR, dB", "pesq": "PESQ", "stoi": "STOI", "dnsmos": "DNSMOS",
    "dnsmos_speech": "DNSMOS of the speech", "dnsmos_noise": "DNSMOS of the noise",
    "removed_db": "removed, dB", "least_db": "least in half a second, dB", "spread_db": "spread, dB",
    "kept_db": "level out over in, dB",
}  # fmt: skip
DIGITS = {"pesq": 2, "stoi": 3, "dnsmos": 2, "dnsmos_speech": 2, "dnsmos_noise": 2}
GROUP_TITLES = {
    "level": "Speech in noise at any level", "band": "Narrow bands", "late": "Speech after silence",
    "step": "Steps of the level after 10 s", "talkers": "Two talkers in turn",
    "noise": "Noise alone", "music": "Music", "hard": "Offset and hum",
    "recording": "Recordings without a reference",
}  # fmt: skip


def means(cases):
    """{(model, group, row, way, window, measure): {case's name: value}}"""
    found = {}
    for case in cases:
        head = (case["model"], case["group"], case["row"], case["way"])
        for window, measures in case["windows"].items():
            for measure, value in measures.items():
                found.setdefault((*head, window, measure), {})[case["name"]] = value
    return found


def losses(cases, baseline):
    """Sentences on every row whose mean over the cases that both have is worse by more than its
    bound. No case in common is an error."""
    now, then = means(cases), means(baseline)
    sentences, compared = [], 0
    for key, values in now.items():
        both = [name for name in values if name in then.get(key, {})]
        if not both or key[1] == "best":
            continue
        compared += 1
        measure = key[-1]
        change = statistics.fmean(values[n] - then[key][n] for n in both)
        if measure in LOWER_IS_BETTER:
            change = -change
        # Differences in sums of equal numbers are no loss.
        if change < -BOUNDS[measure] - 1e-9:
            model, group, row, way, window, _ = key
            sentences.append(
                f"{model}, {group}, {row}, {way}, {window}: {measure} is worse by {-change:.3f}"
                f" in the mean of {len(both)}, and {BOUNDS[measure]} is allowed"
            )
    if not compared:
        raise PeerError("the baseline has no case in common with this run; make it with the same sounds")
    return sentences


def read(path):
    try:
        whole = json.loads(path.read_text())
        if whole["format"] != FORMAT:
            raise PeerError(f"{path} has format {whole['format']}, and this program reads {FORMAT}")
        return whole["cases"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PeerError(f"{path} cannot be read as an earlier run's --json: {error}") from error


def write(path, about, cases):
    path.write_text(json.dumps({"format": FORMAT, "about": about, "cases": cases}, indent=1) + "\n")


def text(measure, values):
    return f"{statistics.fmean(values):.{DIGITS.get(measure, 1)}f}" if values else "-"


def ordered(items):
    return list(dict.fromkeys(items))


def same_bits(cases, row):
    """How many of a row's cases have the bits of the level kept."""
    ways = [[c["same"] for c in cases if (c["row"], c["way"]) == (row, way)] for way in ("file", "pipe")]
    return " / ".join(f"{sum(same)} of {len(same)}" for same in ways if same)


def group_table(cases, model, group):
    """One table: a line a row and window, in each cell keep / file / pipe."""
    chosen = [c for c in cases if c["model"] == model and c["group"] == group]
    found = means(chosen)
    ways = [w for w in ("keep", "file", "pipe") if any(c["way"] == w for c in chosen)]
    measures = ordered(key[-1] for key in found)
    lines = [f"{GROUP_TITLES[group]}, {model}; {' / '.join(ways)}", ""]
    lines.append("| | " + " | ".join(TITLES[m] for m in measures) + " | same bits, " + " / ".join(ways[1:]) + " |")
    lines.append("| --- " * (len(measures) + 2) + "|")
    for row, window in ordered((key[2], key[4]) for key in found):
        if window == "later":  # told by shortfall_table
            continue
        cells = []
        for measure in measures:
            values = [found.get((model, group, row, way, window, measure)) for way in ways]
            known = [text(measure, list(v.values())) for v in values if v]
            cells.append(" / ".join(known) or "")
        cells.append(same_bits(chosen, row) if window == "whole" else "")
        lines.append(f"| {row}{'' if window == 'whole' else ', ' + window} | " + " | ".join(cells) + " |")
    return lines + [""]
