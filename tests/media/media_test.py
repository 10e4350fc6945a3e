#!/usr/bin/env python3
"""media_test.py DEEPFILTER MODEL [NAME...]: runs `deepfilter enhance` over the kinds of media files, which FFmpeg makes
(media_cases.py), and holds the output against the input: packets of what is copied bit by bit, sound to the sample.

The sound is a train of clicks and the attenuation limit 0 dB, so that it passes through the network unchanged.
"""

import array
import json
import os
import subprocess
import sys

import ffmpeg_files as ff
import media_cases
from media_run import (DEEPFILTER, MODEL, PASSES, TESTS, compare_streams, enhance, expect, one_sentence, only_files, run)

# A click lies between two samples where a rate is converted or a time stamp was rounded.
MOST_SAMPLES_OFF = 1


def page(name, *words):
    """A page is strict and self-contained, and its text has the words."""
    done = subprocess.run([sys.executable, os.path.join(TESTS, "cli", "picture.py"), "page", name, *words],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    expect(done.returncode == 0, f"{name}: {done.stdout.decode()}")


def compare_sound(before, after, rate):
    """Each click is where it was; those in the first moments may be lost where an encoder's delay is."""
    tracks = sum(s["codec_type"] == "audio" for s in ff.probe(before)["streams"])
    for track in range(tracks):
        was = ff.clicks(ff.samples(before, track, rate))
        now = ff.clicks(ff.samples(after, track, rate))
        expect(len(was) >= 2, f"track {track}: the test's own file has {len(was)} clicks")
        expect(len(was) == len(now), f"track {track}: clicks were at {was}, are at {now}")
        worst = max(abs(a - b) for a, b in zip(was, now))
        expect(worst <= MOST_SAMPLES_OFF, f"track {track}: clicks were at {was}, are at {now}")


def check_case(name, make, facts, maker):
    make(maker)
    folder = "out"
    os.makedirs(folder, exist_ok=True)
    target = os.path.join(folder, name)
    said = enhance(name, "-o", target, *PASSES)
    expect(said == "", f"says {said!r}")
    compare_streams(name, target)
    compare_sound(name, target, facts.get("rate", 48000))
    only_files(folder, name)
    os.remove(target)


def bit_rates_do_not_fall(maker):
    ff.ffmpeg(*maker.click_source(48000, 2), "-c:a", "aac", "-b:a", "192k", "high.m4a")
    enhance("high.m4a", "-o", "high_out.m4a", *PASSES, "--json")
    ff.ffmpeg(*maker.click_source(48000, 2), "-c:a", "ac3", "-b:a", "384k", "high.mka")
    enhance("high.mka", "-o", "high_out.mka", *PASSES)
    rate = int(ff.probe("high_out.mka")["streams"][0]["bit_rate"])
    expect(rate == 384000, f"AC-3 has {rate} bit/s")


def lossless_bits_are_those_of_the_wav(maker):
    """What is encoded is what the decoded sound becomes as a file of its own, bit by bit."""
    noise = ["-f", "lavfi", "-t", "2.3", "-i", "anoisesrc=r=48000:a=0.2:seed=3"]
    for name, codec, wav in (("b.mov", "pcm_s16le", "pcm_s16le"), ("b24.mkv", "flac", "pcm_s24le"),
                             ("b.mkv", "flac", "pcm_s16le"), ("f.mov", "pcm_f32le", "pcm_f32le"),
                             ("b.m4a", "alac", "pcm_s16le")):
        more = ["-sample_fmt", "s32"] if name == "b24.mkv" else {"flac": ["-sample_fmt", "s16"],
                                                                        "alac": ["-sample_fmt", "s16p"]}.get(codec, [])
        ff.ffmpeg(*noise, *maker.video_source(), *(["-map", "0", "-map", "1", *media_cases.H264]
                                                   if not name.endswith("m4a") else []), "-c:a", codec, *more, name)
        ff.ffmpeg("-i", name, "-map", "0:a", "-c:a", wav, "decoded.wav")
        enhance("decoded.wav", "-o", "enhanced.wav", "-f")
        enhance(name, "-o", "enhanced_" + name)
        enhance(name, "-o", "direct.wav", "-f")
        ways = [ff.ffmpeg("-i", file, "-map", "0:a", "-f", "s32le" if wav != "pcm_f32le" else "f32le", "-", binary=True)
                for file in ("enhanced.wav", "enhanced_" + name, "direct.wav")]
        expect(len(ways[0]) > 0 and ways[0] == ways[1], f"{name}: other bits than those of the decoded sound")
        expect(ways[0] == ways[2], f"{name}: as a WAV file it has other bits")


def gaps_stay_gaps(maker):
    dict((c[0], c[1]) for c in media_cases.CASES)["gap.mkv"](maker)
    enhance("gap.mkv", "-o", "gap_out.mkv", *PASSES)
    values = ff.samples("gap_out.mkv")
    expect(not any(abs(v) > 1e-4 for v in values[int(1.05 * 48000):int(1.25 * 48000)]), "the gap holds sound")


def other_containers(maker):
    """A sound into media, media into a sound, and from one container into another."""
    ff.ffmpeg(*maker.click_source(44100), "-metadata", "title=T", "in.wav")
    for name in ("a.m4a", "a.mka", "a.ac3", "a.aac", "a.weba", "a.wma", "a.mp4", "a.avi", "a.ts"):
        rate = 48000 if name == "a.weba" else 44100
        enhance("in.wav", "-o", name, *PASSES)
        was, now = ff.clicks(ff.samples("in.wav", 0, rate)), ff.clicks(ff.samples(name, 0, rate))
        expect(len(was) == len(now) and max(abs(a - b) for a, b in zip(was, now)) <= MOST_SAMPLES_OFF,
               f"{name}: clicks were at {was}, are at {now}")
    expect(ff.probe("a.m4a")["format"]["tags"].get("title") == "T", "the title is lost")
    ff.ffmpeg(*maker.video_source(), *maker.click_source(), *media_cases.H264, "-c:a", "aac", "v.mp4")
    for name in ("v.mkv", "v.mov", "v.ts", "v.wav", "v.flac", "v.m4a"):
        said = enhance("v.mp4", "-o", name, *PASSES)
        was, now = ff.clicks(ff.samples("v.mp4")), ff.clicks(ff.samples(name))
        expect(len(was) == len(now) and max(abs(a - b) for a, b in zip(was, now)) <= MOST_SAMPLES_OFF,
               f"{name}: clicks were at {was}, are at {now}")
        expect(("the video is left out" in said) == (name == "v.m4a"), f"{name}: {said}")
    said = enhance("v.mp4", "-o", "v.webm", *PASSES, status=3)
    one_sentence(said, "v.webm: FFmpeg cannot write it")


def codecs_can_be_chosen(maker):
    ff.ffmpeg(*maker.click_source(), "-c:a", "aac", "c.m4a")
    enhance("c.m4a", "-o", "c.mka", *PASSES, "--audio-codec", "flac")
    expect(ff.probe("c.mka")["streams"][0]["codec_name"] == "flac", "the codec is not FLAC")
    enhance("c.m4a", "-o", "c2.mka", *PASSES, "--audio-codec", "ac3", "--bit-rate", "128")
    expect(ff.probe("c2.mka")["streams"][0]["bit_rate"] == "128000", "the bit rate is not 128k")
    one_sentence(enhance("c.m4a", "-o", "c3.mka", "--audio-codec", "nonsense", status=2), "no encoder \"nonsense\"")


def sample_formats_can_be_chosen(maker):
    """Codecs without loss follow --sample-format, with the bits of a WAV file of that format."""
    noise = ["-f", "lavfi", "-t", "0.5", "-i", "anoisesrc=r=48000:a=0.2:seed=3"]
    for name, codec in (("s.mov", "pcm_s16le"), ("s.mka", "flac"), ("s.m4a", "alac"), ("s.wv", "wavpack"), ("s.tta", "tta")):
        ff.ffmpeg(*noise, "-c:a", codec, "-sample_fmt", {"alac": "s16p", "wavpack": "s16p"}.get(codec, "s16"), name)
        for wanted in ("s16", "s24", "f32"):
            target = f"{wanted}_{name}"
            if wanted == "f32" and codec not in ("pcm_s16le", "wavpack"):
                one_sentence(enhance(name, "-o", target, "--sample-format", wanted, status=2),
                             f"{target}: sample format f32 does not apply to {codec}, which holds s16 and s24")
                expect(not os.path.exists(target), f"{target} was written")
                continue
            enhance(name, "-o", target, "--sample-format", wanted)
            enhance(name, "-o", "wanted.wav", "-f", "--sample-format", wanted)
            raw = "f32le" if wanted == "f32" else "s32le"
            ways = [ff.ffmpeg("-i", file, "-map", "0:a", "-f", raw, "-", binary=True) for file in (target, "wanted.wav")]
            expect(len(ways[0]) > 0 and ways[0] == ways[1], f"{target} has other samples than a WAV file")
    expect(ff.probe("s24_s.mov")["streams"][0]["codec_name"] == "pcm_s24le", "PCM in QuickTime has not 24 bits")
    enhance("s.mka", "-o", "pcm.mkv", "--audio-codec", "pcm", "--sample-format", "f32")
    expect(ff.probe("pcm.mkv")["streams"][0]["codec_name"] == "pcm_f32le", "PCM in Matroska is not of floats")


def options_are_followed_or_refused(maker):
    ff.ffmpeg(*maker.click_source(), "click.wav")
    ff.ffmpeg("-i", "click.wav", "-c:a", "aac", "o.m4a")
    ff.ffmpeg("-i", "click.wav", "-c:a", "flac", "o.mka")
    refused = [
        (["o.m4a", "-o", "x.m4a", "--sample-format", "s16"], "x.m4a: sample format s16 does not apply to aac"),
        (["click.wav", "-o", "x.mkv", "--sample-format", "s24"], "x.mkv: sample format s24 does not apply to aac"),
        (["o.mka", "-o", "x.mka", "--audio-codec", "pcm_s16le", "--sample-format", "s24"], "contradict each other"),
        (["o.mka", "-o", "x.mka", "--bit-rate", "64"], "x.mka: --bit-rate does not apply to flac"),
        (["o.m4a", "-o", "x.wav", "--audio-codec", "flac"], "no output of this run is one"),
        (["click.wav", "-o", "x.mp3", "--bit-rate", "64"], "no output of this run is one"),
        (["click.wav", "-o", "x.m4a", "--track", "2"], "click.wav: has 1 audio track, no track 2"),
        (["o.m4a", "-o", "x.ac3", "--audio-codec", "aac"], "x.ac3: .ac3 does not hold aac"),
        (["o.m4a", "-o", "x.m4a", "--raw-format", "s16"], "--raw-format needs -"),
    ]
    for arguments, words in refused:
        one_sentence(enhance(*arguments, status=2), words)
        expect(not os.path.exists(arguments[2]), f"{arguments[2]} was written")
    os.makedirs("mixed", exist_ok=True)
    os.replace("o.m4a", "mixed/o.m4a")
    os.replace("click.wav", "mixed/click.wav")
    expect(enhance("mixed", "-o", "mixed_out", "--audio-codec", "alac", *PASSES) == "", "sounds beside media matter")
    expect(ff.probe("mixed_out/o.m4a")["streams"][0]["codec_name"] == "alac", "the codec is not ALAC")
    # The others, one by one, do what they do to a sound.
    enhance("o.mka", "-o", "late.mka", *PASSES, "--no-delay-compensation")
    was, now = ff.clicks(ff.samples("o.mka")), ff.clicks(ff.samples("late.mka"))
    expect(now[0] - was[0] > 100, f"clicks were at {was}, are at {now} with the delay left in")
    ff.ffmpeg(*maker.click_source(channels=2), "-c:a", "flac", "two.mka")
    enhance("two.mka", "-o", "one.mka", *PASSES, "--downmix")
    expect(ff.probe("one.mka")["streams"][0]["channels"] == 1, "--downmix leaves two channels")
    enhance("two.mka", "-o", "timed.mka", "--latency-csv", "times.csv")
    with open("times.csv", encoding="utf-8") as table:
        expect(len(table.readlines()) > 150, "there is not a time for each frame")
    expect('"done_seconds"' in enhance("two.mka", "-o", "told.mka", "--progress-json"), "no progress is told")


def amr_is_read_and_written_where_it_can_be(maker):
    able = ff.encoders()
    for name, wide, encoder in (("voice.amr", False, "libopencore_amrnb"), ("voice.awb", True, "libvo_amrwbenc")):
        media_cases.make_amr(name, wide)
        # The random bits of the sound are loud, so that samples are clipped, with a note.
        enhance(name, "-o", name + ".wav", *PASSES, "--sample-format", "f32")
        ff.ffmpeg("-i", name, "-c:a", "pcm_f32le", "decoded.wav")
        ways = [ff.ffmpeg("-i", file, "-f", "f32le", "-", binary=True) for file in ("decoded.wav", name + ".wav")]
        was, now = (array.array("f", way) for way in ways)
        expect(len(was) == len(now) > 15000, f"{name}: {len(was)} samples became {len(now)}")
        error = sum((a - b) ** 2 for a, b in zip(was, now))
        # Random bits fill the band to its edge, where the resampler's filters end.
        expect(error < 0.05 * sum(a * a for a in was), f"{name}: the sound is not that of FFmpeg's decoder")
        ff.ffmpeg("-i", name, "-c", "copy", name + ".3gp")
        said = enhance(name + ".3gp", "-o", "out.3gp", "-f", *PASSES)
        expect(encoder in able or "becomes aac, which .3gp holds" in said, said)
        os.makedirs("recordings", exist_ok=True)
        os.replace(name, "recordings/" + name)
    if able & {"libopencore_amrnb", "libvo_amrwbenc"}:
        return
    ff.ffmpeg(*maker.click_source(8000), "narrow.wav")
    for arguments in (["narrow.wav"], ["recordings/voice.amr"]):
        one_sentence(enhance(*arguments, "-o", "x.amr", status=3),
                     'x.amr: FFmpeg has no encoder here for sound in ".amr"; give the output another extension, such as .m4a')
    os.remove("recordings/voice.awb")
    said = enhance("recordings", "-o", "clean", *PASSES)
    expect("amr_nb becomes aac, which .m4a holds" in said, said)
    only_files("clean", "voice.m4a")


def reports_show_the_first_track(maker):
    ff.ffmpeg(*maker.click_source(first=0.25), *maker.click_source(44100, first=0.4), *maker.video_source(), "-map", "2",
              "-map", "0", "-map", "1", *media_cases.H264, "-c:a", "aac", "-metadata:s:a:1", "language=ger", "film.mkv")
    plain = enhance("film.mkv", "-o", "plain.mkv")
    said = enhance("film.mkv", "-o", "shown.mkv", "--report", "shown.html")
    expect(plain == said, f"with a report it says {said!r}")
    expect(ff.packets("plain.mkv", 1) == ff.packets("shown.mkv", 1), "a report changes the sound")
    page("shown.html", "shown.mkv", "film.mkv", "Integrated loudness", "Local SNR", "removed", "Opus",
         "1, the first of 2 that were enhanced", "48000 Hz, 1 channel")
    enhance("film.mkv", "-o", "second.mkv", "--track", "2", "--report", "second.html")
    page("second.html", "second.mkv", "44100 Hz, 1 channel")
    enhance("film.mkv", "-o", "second.wav", "--track", "2", "--report", "sound.html")
    page("sound.html", "second.wav", "44100 Hz, 1 channel")
    os.makedirs("both", exist_ok=True)
    os.replace("film.mkv", "both/film.mkv")
    ff.ffmpeg(*maker.click_source(), "both/sound.wav")
    enhance("both", "-o", "both_out", "--report", "list.html")
    page("list.html", "film.mkv", "sound.wav", "list-pages/1-film.mkv.html")
    page("list-pages/1-film.mkv.html", "both_out/film.mkv")


def tracks_can_be_chosen(maker):
    ff.ffmpeg(*maker.click_source(first=0.25), *maker.click_source(first=0.4), "-map", "0", "-map", "1", "-c:a", "flac",
              "-disposition:a:0", "0", "-disposition:a:1", "default", "t.mka")
    said = enhance("t.mka", "-o", "t.wav", *PASSES)
    expect("has 2 audio tracks; track 2 is taken" in said, said)
    expect(ff.clicks(ff.samples("t.wav"))[0] == 19200, "the default track was not taken")
    expect(enhance("t.mka", "-o", "t1.wav", *PASSES, "--track", "1") == "", "a choice needs no note")
    expect(ff.clicks(ff.samples("t1.wav"))[0] == 12000, "track 1 was not taken")
    one_sentence(enhance("t.mka", "-o", "t3.wav", "--track", "3", status=2), "has 2 audio tracks, no track 3")
    enhance("t.mka", "-o", "chosen.mka", "--track", "1", "-a", "100")
    expect(ff.packets("t.mka", 1) == ff.packets("chosen.mka", 1), "the other track was not copied")


def odd_names(maker):
    media_cases.make_odd_names(maker)
    for name in media_cases.ODD_NAMES:
        arguments = [name] if not name.startswith("-") else ["./" + name]
        expect(enhance(*arguments, "-o", "odd.m4a", "-f", *PASSES) == "", name)
        enhance("plain.m4a", "-o", "./out-" + name, *PASSES)
        expect(os.path.getsize("out-" + name) > 1000, name)


def comparisons_and_plots_read_media(maker):
    def run(*arguments, status=0):
        done = subprocess.run([DEEPFILTER, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
        expect(done.returncode == status, f"status {done.returncode}: {' '.join(arguments)}: {done.stderr}")
        return done

    ff.ffmpeg(*maker.video_source(), *maker.click_source(), *media_cases.H264, "-c:a", "aac", "seen.mp4")
    enhance("seen.mp4", "-o", "seen.wav", *PASSES, "--sample-format", "f32")
    done = run("compare", "seen.mp4", "seen.wav", "--json", "--report", "seen.html")
    found = json.loads(done.stdout)
    expect(found["delay_samples"] == 0 and found["snr_db"] > 60 and done.stderr == "", f"{found} {done.stderr}")
    page("seen.html", "seen.mp4 and seen.wav", "Largest error")
    run("plot", "seen.mp4", "seen.wav", "-o", "seen.png")
    expect(os.path.getsize("seen.png") > 1000, "there is no plot")
    ff.ffmpeg(*maker.click_source(), *maker.click_source(first=0.4), "-map", "0", "-map", "1", "-c:a", "flac", "both.mka")
    for arguments in (["compare", "both.mka", "seen.wav"], ["plot", "both.mka", "-o", "both.png"]):
        said = run(*arguments).stderr
        expect(said == "deepfilter: note: both.mka: has 2 audio tracks; track 1 is taken\n", said)
    with open("no.mp4", "wb") as out:
        out.write(b"\0\0\0\x18ftypmp42 and no film")
    for arguments in (["compare", "no.mp4", "seen.wav"], ["plot", "no.mp4", "-o", "no.png"]):
        one_sentence(run(*arguments, status=3).stderr, "no.mp4: FFmpeg cannot read it")


def lost_pictures_are_told(maker):
    """Sound files keep no pictures; media do."""
    cover = media_cases.make_cover()
    for name in ("cover.mp3", "cover.flac"):
        if name.endswith("mp3") and "libmp3lame" not in ff.encoders():
            continue
        ff.ffmpeg(*maker.click_source(), "-i", cover, "-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v:0",
                  "attached_pic", name)
        for output in ("lost.mp3", "lost.flac", "lost.m4a"):
            one_sentence(enhance(name, "-o", output, "-f"), f"note: {name}: the picture in its tag is not carried over")
        ff.ffmpeg("-i", name, "-map", "0:a", "plain_" + name)
        expect(enhance("plain_" + name, "-o", "lost.mp3", "-f") == "", f"plain_{name} has no picture")


def folders(maker):
    os.makedirs("in/sub", exist_ok=True)
    ff.ffmpeg(*maker.click_source(), "in/a.wav")
    ff.ffmpeg(*maker.video_source(), *maker.click_source(), *media_cases.H264, "-c:a", "aac", "in/sub/b.mp4")
    ff.ffmpeg(*maker.click_source(), "-c:a", "aac", "in/c.m4a")
    enhance("in", "-o", "tree", *PASSES, "--threads", "2")
    found = sorted(os.path.relpath(os.path.join(at, n), "tree") for at, _, names in os.walk("tree") for n in names)
    expect(found == ["a.wav", "c.m4a", "sub/b.mp4"], f"the tree is {found}")
    said = enhance("in", "-o", "without", status=3, environment={"DEEPFILTER_FFMPEG": "off"})
    one_sentence(said, "2 files")
    expect(os.path.exists("without/a.wav"), "the sound beside them is left")
    enhance("in", "-o", "parts", *PASSES, "--shard", "1/1")
    said = enhance("in", "-o", "parts", *PASSES, "--shard", "1/1", "--resume")
    expect("3 of 3 files are done already" in said, said)
    done = subprocess.run([DEEPFILTER, "process", "in", "processed", MODEL, "--json"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    expect(done.returncode == 0 and b'"tracks"' in done.stdout, done.stderr.decode())


def cases():
    """The kinds of files."""
    encoders = ff.encoders()
    for name, make, facts in media_cases.CASES:
        needed = set(facts.get("encoders", []))
        yield name, lambda maker: check_case(name, make, facts, maker), needed <= encoders


CHECKS = [bit_rates_do_not_fall, lossless_bits_are_those_of_the_wav, gaps_stay_gaps, other_containers,
          codecs_can_be_chosen, sample_formats_can_be_chosen, options_are_followed_or_refused,
          amr_is_read_and_written_where_it_can_be, reports_show_the_first_track, tracks_can_be_chosen, odd_names,
          comparisons_and_plots_read_media, lost_pictures_are_told, folders]

if __name__ == "__main__":
    sys.exit(run(CHECKS, cases))
