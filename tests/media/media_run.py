"""What the tests of media files share: the program, what is expected of it, and the run of the checks.

A test's arguments are DEEPFILTER MODEL [NAME...]: the program, a model, and parts of the names of the checks to run.
"""

import os
import subprocess
import sys
import tempfile

import ffmpeg_files as ff

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEEPFILTER, MODEL = (os.path.abspath(path) for path in sys.argv[1:3])
ONLY = sys.argv[3:]
PASSES = ["-a", "0", "--level", "keep"]
failures = []


def enhance(*arguments, status=0, environment=None):
    done = subprocess.run([DEEPFILTER, "enhance", "-m", MODEL, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False,
                          env={**os.environ, **(environment or {})})
    said = done.stderr.decode(errors="replace")
    if done.returncode != status:
        raise AssertionError(f"status {done.returncode}, expected {status}: {' '.join(arguments)}: {said}")
    return said


def expect(holds, sentence):
    if not holds:
        raise AssertionError(sentence)


def one_sentence(said, *parts):
    expect(said.count("\n") == 1 and said.startswith("deepfilter: "), f"not one sentence: {said!r}")
    for part in parts:
        expect(part in said, f"{said!r} does not say {part!r}")


def only_files(folder, *names):
    found = sorted(os.listdir(folder))
    expect(found == sorted(names), f"{folder} holds {found}, expected {sorted(names)}")


def kept_tags(tags):
    """Tags of a stream or file without those in which a program names itself or counts bytes."""
    passing = ("encoder", "software", "duration", "bps", "number_of", "_statistics", "vendor_id", "major_brand", "minor_version",
               "compatible_brands", "creation_time", "mimetype", "filename")
    return {name.lower(): text for name, text in (tags or {}).items() if not name.lower().startswith(passing)}


def compare_streams(before, after):
    """Everything but the sound is the same, at the same time."""
    was, now = ff.probe(before), ff.probe(after)
    expect([s["codec_type"] for s in was["streams"]] == [s["codec_type"] for s in now["streams"]],
           f"streams are {[s['codec_type'] for s in now['streams']]}")
    for one, other in zip(was["streams"], now["streams"]):
        where = f"stream {one['index']}"
        expect({k: v for k, v in one["disposition"].items() if v} == {k: v for k, v in other["disposition"].items() if v},
               f"{where}: dispositions changed")
        expect(kept_tags(one.get("tags")) == kept_tags(other.get("tags")),
               f"{where}: tags were {one.get('tags')}, are {other.get('tags')}")
        expect(one.get("codec_name") == other.get("codec_name"), f"{where}: codec is {other.get('codec_name')}")
        if one["codec_type"] == "audio":
            for fact in ("sample_rate", "channels", "channel_layout"):
                expect(one.get(fact) == other.get(fact), f"{where}: {fact} is {other.get(fact)}, was {one.get(fact)}")
            continue
        expect([str(d.get("rotation")) for d in one.get("side_data_list", [])] ==
               [str(d.get("rotation")) for d in other.get("side_data_list", [])], f"{where}: rotation changed")
        expect(ff.packets(before, one["index"]) == ff.packets(after, other["index"]),
               f"{where}: packets or their times differ")
    chapters = [[(c["start_time"], c["end_time"], c.get("tags")) for c in found["chapters"]] for found in (was, now)]
    expect(chapters[0] == chapters[1], "chapters changed")
    expect(kept_tags(was["format"].get("tags")) == kept_tags(now["format"].get("tags")),
           f"tags were {was['format'].get('tags')}, are {now['format'].get('tags')}")


def attempt(name, action):
    if ONLY and not any(only in name for only in ONLY):
        return False
    try:
        action()
    except (AssertionError, RuntimeError, subprocess.SubprocessError) as error:
        failures.append(name)
        print(f"{name}: {error}")
    return True


def run(checks, cases=None):
    """Runs checks, and before them the cases that `cases` gives: name, check and whether FFmpeg can make it. Prints
    "NOT TESTED" where FFmpeg is missing, which under CI is a failure."""
    if not all(ff.tools()):
        missing = "ffmpeg and ffprobe are not on PATH; tools/setup.sh test installs them"
        # The first words make ctest call the test skipped.
        print(missing if os.environ.get("CI") else "NOT TESTED: media files, as " + missing)
        return 1 if os.environ.get("CI") else 0
    tested = 0
    left_out = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        maker = ff.Maker()
        for name, check, can_be_made in cases() if cases else []:
            if can_be_made:
                tested += attempt(name, lambda: check(maker))
            else:
                left_out.append(name)
        for check in checks:
            tested += attempt(check.__name__, lambda: check(maker))
        os.chdir("/")
    print(f"{tested} checks, {len(failures)} failures" +
          (f"; FFmpeg here cannot make {', '.join(left_out)}" if left_out else ""))
    return 1 if failures or not tested else 0
