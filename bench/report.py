"""bench/RESULTS.md from what bench/run.py has measured."""

import json
import pathlib
import re
import subprocess

from prepare import ROOT, archive, run

HEAD = """# Speed beside the peers

Written by `make bench`. One thread each, the same sound, in turns over {rounds} rounds of {seconds:g} s a
line. Microseconds a frame of 10 ms (of one stream): *median* is the median of the rounds' medians,
*p99* the median of the rounds' 99th percentiles, *best* the least time of all calls. *Ratio* is the median
over the rounds of this line's median to that of the first line of its table (2 takes twice as long),
*of best* the same of both *best*. *Error* is the SNR against {golden},
both aligned.
`docs/performance.md` says what the ways of use mean.
"""

# Absolute paths, which are specific to this machine, are reduced to the file's name.
FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/|`]+/)+")


def table_text(table):
    if not table.entries:
        return ""
    lines = [
        f"\n### {table.title}\n",
        "| | median | p99 | best | ratio | of best | error |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    base = table.entries[0]
    for entry in table.entries:
        lines.append(
            f"| {entry.label} | {entry.median():.1f} | {entry.p99():.1f} | {entry.best():.1f} "
            f"| {entry.ratio_to(base):.2f} | {entry.best() / base.best():.2f} | {entry.error} |"
        )
    return "\n".join(lines) + "\n"


def bench(tools, *options):
    words = ("bench", "--json", *options)
    return json.loads(run([tools.program, *words], "deepfilter bench"))


def machine_text(machine):
    text = [f"- processor: {machine['processor']}, {machine['cores']} cores seen"]
    try:
        lines = subprocess.run(["lscpu"], capture_output=True, text=True, check=True).stdout
        for line in lines.splitlines():
            if line.strip().startswith(("L1d", "L2", "L3")):
                text.append("- " + " ".join(line.split()))
    except (OSError, subprocess.CalledProcessError):
        pass
    text.append(f"- {machine['system']}, {machine['compiler']}")
    return text


def commit_text():
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False,
        cwd=ROOT,
    )  # fmt: skip
    return done.stdout.strip() or "no repository"


def load_text(tools, model, seconds):
    """Times to load the model as an archive, a folder, and built in."""
    folder = tools.folder("folder")
    run([tools.program, "export", model, "-o", folder, "-f", "--state", "none"], "export")
    lines = [
        "\n## Load and memory\n",
        "| from | precision | open, ms | pack, ms |",
        "| --- | --- | ---: | ---: |",
    ]
    for label, source in (("tar.gz", model), ("folder", folder), ("default: built in, or the cache", "")):
        options = ["-m", source] if source else []
        result = bench(tools, "--mode", "load", "--seconds", seconds, *options)
        for load in result["load"]:
            lines.append(
                f"| {label} | {load['precision']} | {load['open_ms']['median']:.1f} "
                f"| {load['pack_ms']['median']:.1f} |"
            )
    lines.append("\nMedians. Open: source to checked weights. Pack: weights to a network.\n")
    for line in bench(tools, "-m", model, "--mode", "memory")["memory"]:
        lines.append(
            f"- {line['precision']}: network {line['network_bytes'] / 1e6:.2f} MB, each live stream "
            f"{line['stream_bytes'] / 1e6:.3f} MB more"
        )
    return lines


def own_text(tools, model, seconds):
    """The project's own tables, as `deepfilter bench` prints them."""
    text = run(
        [tools.program, "bench", "-m", model, "--seconds", seconds, "--mode",
         "live,file,streams,layers,roof"],
        "deepfilter bench",
    )  # fmt: skip
    return ["\n## Instruction sets, parts and the machine's roof\n", "```text", text.strip(), "```"]


def write(arguments, tools, sections):
    golden = "the float32 output of this project (profile reference)"
    if arguments.golden:
        golden = f"the golden output `{pathlib.Path(arguments.golden).name}`"
    seconds = arguments.seconds
    first = archive(sections[0].model)
    machine = bench(tools, "-m", first, "--mode", "memory")["machine"]
    lines = [HEAD.format(rounds=arguments.rounds, seconds=seconds, golden=golden)]
    lines += ["## Machine and versions\n", *machine_text(machine)]
    lines.append(f"- this project at {commit_text()}; sound: {pathlib.Path(arguments.sound).name}")
    for section in sections[:1]:
        lines += [f"- {name}: {version}" for name, version in section.versions]
    for number, section in enumerate(sections):
        lines.append(f"\n## {section.model}")
        if number > 0:
            lines.append("\nErrors against this model's own float32 output.")
        lines += [table_text(table).rstrip("\n") for table in section.tables()]
        if section.absent:
            lines.append("\nNot measured:\n")
            lines += [f"- {name}: {reason}" for name, reason in section.absent]
    lines += load_text(tools, first, seconds)
    lines += own_text(tools, first, seconds)
    text = FOLDERS.sub("", "\n".join(lines) + "\n")
    arguments.out.write_text(text, encoding="utf-8")
