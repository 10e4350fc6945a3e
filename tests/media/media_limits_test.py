#!/usr/bin/env python3
"""media_limits_test.py DEEPFILTER MODEL [NAME...]: what may not go wrong with media files: what is refused, FFmpeg's
failures, memory, full disks, interruption.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time

import ffmpeg_files as ff
import media_cases
from media_run import DEEPFILTER, MODEL, PASSES, compare_streams, enhance, expect, one_sentence, only_files, run


def refusals(maker):
    ff.ffmpeg(*maker.video_source(), *media_cases.H264, "silent.mp4")
    one_sentence(enhance("silent.mp4", "-o", "x.mp4", status=3), "silent.mp4: has no audio track")
    one_sentence(enhance("silent.mp4", "-o", "x.wav", status=3), "silent.mp4: has no audio track")
    ff.ffmpeg(*maker.video_source(), *maker.click_source(), *media_cases.H264, "-c:a", "aac", "good.mp4")
    with open("good.mp4", "rb") as source:
        data = source.read()
    with open("cut.mp4", "wb") as out:
        out.write(data[:len(data) // 2])
    one_sentence(enhance("cut.mp4", "-o", "x.mp4", status=3), "cut.mp4: FFmpeg cannot read it")
    with open("noise.mkv", "wb") as out:
        out.write(b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40)
    one_sentence(enhance("noise.mkv", "-o", "x.mkv", status=3), "noise.mkv: FFmpeg cannot read it")
    # What can be read of a damaged file is written, and the status tells.
    ff.ffmpeg(*maker.video_source(), *maker.click_source(), *media_cases.H264, "-c:a", "flac", "good.mkv")
    with open("good.mkv", "rb") as source:
        data = source.read()
    with open("cut.mkv", "wb") as out:
        out.write(data[:len(data) // 2])
    one_sentence(enhance("cut.mkv", "-o", "partly.mkv", status=3), "cut.mkv: is damaged")
    expect(os.path.exists("partly.mkv"), "nothing of a damaged file is written")
    one_sentence(enhance("cut.mkv", "-o", "cut.mkv", "-f", status=3), "was not replaced")
    # Lists of files and scripts are not media.
    for name, text in (("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\ngood.mp4\n#EXT-X-ENDLIST\n"),
                       ("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\ngood.mp4\n#EXT-X-ENDLIST\n"),
                       ("list.mkv", "ffconcat version 1.0\nfile good.mp4\n")):
        with open(name, "w", encoding="utf-8") as out:
            out.write(text)
        said = enhance(name, "-o", "x.wav", status=3)
        one_sentence(said, name if name.endswith("m3u8") else name + ": FFmpeg cannot read it: it is a list")
    one_sentence(enhance("good.mp4", "-o", "good.mp4", status=1), "-f replaces it")
    one_sentence(enhance("good.mp4", "-o", "x.wav", status=3, environment={"DEEPFILTER_FFMPEG": "off"}),
                 "good.mp4: is MP4, which is read by FFmpeg")
    one_sentence(enhance("good.mp4", "-o", "x.mp4", status=1, environment={"DEEPFILTER_FFMPEG": "off"}),
                 "x.mp4: is written by FFmpeg")
    one_sentence(enhance("good.mp4", "-o", "x.wav", status=3, environment={"PATH": "/nonexistent"}), "apt install ffmpeg")
    expect(not os.path.exists("x.wav") and not os.path.exists("x.mp4"), "an output was written")
    expect(not [n for n in os.listdir(".") if n.startswith(".deepfilter-")], "temporary files are left")


# An ffmpeg that runs the real one but where its words match a pattern.
FAILING = """#!/bin/sh
case "$*" in {pattern}) {action};; esac
exec "{ffmpeg}" "$@"
"""


def failures_of_ffmpeg_have_a_reason(maker):
    ff.ffmpeg(*maker.click_source(), "-c:a", "aac", "f.m4a")
    os.makedirs("failing", exist_ok=True)
    first = {"PATH": os.path.abspath("failing") + os.pathsep + os.environ["PATH"]}
    for name in ("ffmpeg", "ffprobe"):
        with open("failing/" + name, "w", encoding="ascii") as script:
            script.write("exit 1\n")
        os.chmod("failing/" + name, 0o644)
    # What may not be run is passed over.
    enhance("f.m4a", "-o", "g.m4a", environment=first)
    os.remove("failing/ffprobe")
    os.symlink(shutil.which("ffprobe"), "failing/ffprobe")
    for pattern, action, status, words in (
            ("*pipe:0*", "kill -9 $$", 3, "h.m4a: FFmpeg's encoder aac fails: something else ended it"),
            ("*pipe:0*", "echo 'Error: No space left on device' >&2; exit 1", 1,
             "h.m4a: cannot be written: No space left on device"),
            ("*-map_metadata*", "echo 'av_write(): No space left on device' >&2; exit 1", 1,
             "h.m4a: cannot be written: No space left on device"),
            ("*-map_metadata*", "echo 'file:f.m4a: Input/output error' >&2; exit 1", 3,
             "f.m4a: FFmpeg cannot read it: Input/output error"),
            ("*-map_metadata*", "exit 9", 3, "h.m4a: FFmpeg cannot write it: it ended with status 9 and no word"),
            ("*pipe:1*", "exit 9", 3, "f.m4a: FFmpeg decodes no sound of it: it ended with status 9 and no word"),
            ("*-encoders*", "exit 7", 3, "ffmpeg does not list its encoders: it ended with status 7")):
        with open("failing/ffmpeg", "w", encoding="utf-8") as script:
            script.write(FAILING.format(pattern=pattern, action=action, ffmpeg=shutil.which("ffmpeg")))
        os.chmod("failing/ffmpeg", 0o755)
        one_sentence(enhance("f.m4a", "-o", "h.m4a", status=status, environment=first), words)
        expect(not os.path.exists("h.m4a"), "an output was written")


# An ffmpeg that runs the real one and adds its kind and the most memory that it had, in KiB, to a file.
COUNTED = """#!{python}
import resource, subprocess, sys
status = subprocess.call(["{ffmpeg}", *sys.argv[1:]])
kind = next((kind for kind, word in (("mux", "-map_metadata"), ("encode", "pipe:0"), ("decode", "pipe:1"))
             if word in sys.argv), "probe")
with open("{log}", "a") as log:
    log.write(f"{{kind}} {{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}}\\n")
sys.exit(status)
"""


def peaks_of(*arguments):
    """The most memory that the program and each kind of FFmpeg's that it started had, in MiB."""
    os.makedirs("counted", exist_ok=True)
    log = os.path.abspath("counted/log")
    open(log, "w", encoding="ascii").close()
    with open("counted/ffmpeg", "w", encoding="utf-8") as script:
        script.write(COUNTED.format(python=sys.executable, ffmpeg=shutil.which("ffmpeg"), log=log))
    os.chmod("counted/ffmpeg", 0o755)
    process = subprocess.Popen([DEEPFILTER, "enhance", "-m", MODEL, "-f", *arguments], stdin=subprocess.DEVNULL,
                               env=dict(os.environ, PATH=os.path.abspath("counted") + os.pathsep + os.environ["PATH"]))
    peaks = {"program": 0.0}
    while process.poll() is None:
        with contextlib.suppress(OSError, StopIteration), open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            peaks["program"] = int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024
        time.sleep(0.01)
    expect(process.returncode == 0, f"status {process.returncode}: {' '.join(arguments)}")
    with open(log, encoding="ascii") as rows:
        for kind, peak in (row.split() for row in rows):
            peaks[kind] = max(peaks.get(kind, 0.0), int(peak) / 1024)
    return peaks


def memory_does_not_grow_with_length(maker):
    if not os.path.exists("/proc/self/task"):
        return
    ff.ffmpeg("-f", "lavfi", "-t", "10", "-i", "anoisesrc=r=48000:a=0.1:seed=3", "-c:a", "aac", "part.m4a")
    ff.ffmpeg("-stream_loop", "23", "-i", "part.m4a", "-c", "copy", "long.m4a")
    short = peaks_of("part.m4a", "-o", "short_out.m4a")
    long = peaks_of("long.m4a", "-o", "long_out.m4a")
    expect(float(ff.probe("long_out.m4a")["format"]["duration"]) > 230, "the long file is not long")
    for kind, most in (("program", 4), ("decode", 12), ("encode", 12), ("mux", 12)):
        growth = long[kind] - short[kind]
        expect(growth < most, f"{kind}: {growth:.1f} MiB more for 24 times the sound")
    # Streams with a packet now and then do not hold up the others.
    with open("sparse.srt", "w", encoding="utf-8") as out:
        out.write("1\n00:00:00,100 --> 00:00:00,900\nOne\n\n2\n00:00:38,000 --> 00:00:39,000\nTwo\n")
    ff.ffmpeg("-f", "lavfi", "-t", "2", "-i", "testsrc2=size=640x360:rate=25,noise=alls=100:allf=t", "-c:v", "mpeg2video",
              "-b:v", "16M", "-maxrate", "16M", "-bufsize", "6M", "-g", "10", "part.mkv")
    ff.ffmpeg("-stream_loop", "19", "-i", "part.mkv", "-c", "copy", "pictures.mkv")
    ff.ffmpeg("-i", "pictures.mkv", "-t", "40", "-i", "long.m4a", "-i", "sparse.srt", "-map", "0:v", "-map", "1:a", "-map",
              "2:s", "-c", "copy", "-c:s", "srt", "film.mkv")
    size = os.path.getsize("film.mkv") / 2**20
    growth = peaks_of("film.mkv", "-o", "film_out.mkv")["mux"] - short["mux"]
    expect(growth < size / 2, f"{growth:.1f} MiB for a film of {size:.1f} MiB with sparse subtitles")
    compare_streams("film.mkv", "film_out.mkv")


def full_disks_lose_nothing(maker):
    """FFmpeg ends with status 0 when there is no room for the end of a file."""
    os.makedirs("full", exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", "full"], stderr=subprocess.DEVNULL,
                             check=False).returncode == 0 if os.geteuid() == 0 and shutil.which("mount") else False
    if not mounted:
        # Other words would make ctest call all of it skipped.
        print("a full disk was not tested, for this user may not mount one of 400 kB")
        return
    try:
        for name in ("v.mp4", "v.mkv"):
            ff.ffmpeg(*maker.video_source(), *maker.click_source(), *media_cases.H264, "-c:a", "aac", name)
            enhance(name, "-o", "whole_" + name, *PASSES)
            whole = ff.packets("whole_" + name, 1)
            refused = 0
            for free in range(8, 400, 32):
                for left in os.listdir("full"):
                    os.remove("full/" + left)
                shutil.copy(name, "full/in_place" + name[1:])
                room = os.statvfs("full")
                with open("full/filler", "wb") as out:
                    out.write(bytes(max(0, room.f_bavail * room.f_frsize - free * 1024)))
                for arguments in ([name, "-o", "full/" + name], ["full/in_place" + name[1:], "-o", "full/in_place" + name[1:],
                                                               "-f"]):
                    done = subprocess.run([DEEPFILTER, "enhance", "-m", MODEL, *PASSES, *arguments],
                                          stderr=subprocess.PIPE, check=False)
                    made = arguments[2]
                    if done.returncode == 0:
                        expect(ff.packets(made, 1) == whole, f"{made} is not whole with {free} kB free")
                    else:
                        refused += 1
                        if made != arguments[0]:
                            expect(not os.path.exists(made), f"{made} is there with {free} kB free")
                        else:
                            with open(name, "rb") as before, open(made, "rb") as after:
                                expect(before.read() == after.read(), f"{made} has changed with {free} kB free")
                    with contextlib.suppress(FileNotFoundError):
                        os.remove("full/" + name)
            expect(refused > 0, "no disk was full")
    finally:
        subprocess.run(["umount", "full"], check=False)


def interrupted(maker):
    ff.ffmpeg(*maker.video_source(60), *maker.click_source(seconds=60), *media_cases.H264, "-c:a", "aac", "long.mp4")
    os.makedirs("stop", exist_ok=True)
    for wait in (0.3, 1.0):
        process = subprocess.Popen([DEEPFILTER, "enhance", "-m", MODEL, "long.mp4", "-o", "stop/out.mp4"],
                                   stderr=subprocess.PIPE)
        try:
            process.wait(wait)
            continue  # done before the signal
        except subprocess.TimeoutExpired:
            process.send_signal(2)
        said = process.stderr.read().decode()
        expect(process.wait(30) == 130, f"status {process.returncode}: {said}")
        one_sentence(said, "interrupted; stop/out.mp4 was not written")
        only_files("stop")


CHECKS = [refusals, failures_of_ffmpeg_have_a_reason, memory_does_not_grow_with_length, full_disks_lose_nothing,
          interrupted]

if __name__ == "__main__":
    sys.exit(run(CHECKS))
