"""The media files of the tests: each is made by FFmpeg in one way in which phones, recorders and
programs make them."""

import random

from ffmpeg_files import ffmpeg

H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p"]
MPEG4 = ["-c:v", "mpeg4"]


def _text(name, text):
    with open(name, "w", encoding="utf-8") as out:
        out.write(text)
    return name


def _srt():
    return _text("text.srt", "1\n00:00:00,100 --> 00:00:00,900\nOne\n\n2\n00:00:01,000 --> 00:00:01,500\nTwo\n")


def _chapters():
    return _text("chapters.txt", ";FFMETADATA1\ntitle=A talk\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=First\n"
                 "[CHAPTER]\nTIMEBASE=1/1000\nSTART=900\nEND=2000\ntitle=Second\n")


def _cover():
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", "1", "cover.png")
    return "cover.png"


def _plain(name, codec, *more, video=None, rate=48000, channels=1, format_=None):
    """A file with one track and, mostly, pictures."""

    def make(maker):
        words = maker.click_source(rate, channels)
        if video:
            words += maker.video_source() + ["-map", "1:v", "-map", "0:a", *video]
        ffmpeg(*words, "-c:a", codec, *more, *(["-f", format_] if format_ else []), name)

    return name, make, {"rate": rate, "encoders": [codec] + [v for v in (video or []) if v.startswith("lib")]}


def _offset(maker):
    ffmpeg(*maker.video_source(), "-itsoffset", "0.5124", *maker.click_source(seconds=1.4), "-map", "0:v", "-map", "1:a",
           *H264, "-c:a", "aac", "-movie_timescale", "48000", "late.mp4")


def _offset_mkv(maker):
    ffmpeg(*maker.video_source(), "-itsoffset", "0.517", *maker.click_source(seconds=1.4), "-map", "0:v", "-map", "1:a",
           *H264, "-c:a", "aac", "late.mkv")


def _short(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(seconds=1.1), "-map", "0:v", "-map", "1:a", *H264, "-c:a", "aac",
           "short.mp4")


def _two(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(48000, 2), *maker.click_source(44100, 1, first=0.3), "-map", "0:v",
           "-map", "1:a", "-map", "2:a", *H264, "-c:a:0", "libopus", "-c:a:1", "aac", "-metadata:s:a:0", "language=ger",
           "-metadata:s:a:1", "language=eng", "-metadata:s:a:1", "title=Comments", "-disposition:a:0", "0",
           "-disposition:a:1", "default", "two.mkv")


def _book(maker):
    ffmpeg(*maker.click_source(44100, 2), "-i", _cover(), "-i", _chapters(), "-map", "0:a", "-map", "1:v", "-c:v", "copy",
           "-disposition:v:0", "attached_pic", "-map_metadata", "2", "-map_chapters", "2", "-c:a", "aac", "-b:a", "96k",
           "-metadata", "artist=Somebody", "book.m4a")


def _rich(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(), "-i", _srt(), "-i", _chapters(), "-map", "0:v", "-map", "1:a",
           "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3", *H264, "-c:a", "flac", "-c:s", "srt", "-attach",
           _text("font.ttf", "not really a font"), "-metadata:s:t", "mimetype=application/x-truetype-font", "-metadata:s:s",
           "language=fre", "rich.mkv")


def _subtitled(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(), "-i", _srt(), "-i", _chapters(), "-map", "0:v", "-map", "1:a",
           "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3", *H264, "-c:a", "aac", "-c:s", "mov_text", "-movflags",
           "+faststart", "subtitled.mp4")


def _rotated(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(), "-map", "0:v", "-map", "1:a", *H264, "-c:a", "aac", "upright.mp4")
    ffmpeg("-i", "upright.mp4", "-c", "copy", "-metadata:s:v", "rotate=90", "-map_metadata", "0", "rotated.mp4")


def _variable(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(), "-map", "0:v", "-map", "1:a", "-vf",
           "select='not(mod(n\\,3))+gt(n\\,30)',setpts=PTS+0.003*mod(N\\,4)/TB", "-vsync", "vfr", *H264, "-c:a", "aac",
           "variable.mp4")


def _edited(maker):
    ffmpeg(*maker.video_source(3.0), *maker.click_source(seconds=3.0), "-map", "0:v", "-map", "1:a", *H264, "-g", "25",
           "-c:a", "aac", "whole.mp4")
    ffmpeg("-ss", "0.7", "-i", "whole.mp4", "-c", "copy", "edited.mp4")


def _gap(maker):
    ffmpeg(*maker.video_source(3.0), *maker.click_source(seconds=3.0), "-map", "0:v", "-map", "1:a", *H264, "-c:a",
           "pcm_s16le", "-bsf:a", "noise=drop=between(pts*tb\\,1.0\\,1.3)", "gap.mkv")


def _fragments(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(), "-map", "0:v", "-map", "1:a", *H264, "-c:a", "aac", "-movflags",
           "+frag_keyframe+empty_moov+default_base_moof", "fragments.mp4")


def _timecode(maker):
    ffmpeg(*maker.video_source(), *maker.click_source(), "-map", "0:v", "-map", "1:a", "-c:v", "mjpeg", "-c:a",
           "pcm_s16le", "-timecode", "01:00:00:00", "timecode.mov")


def _teletext(maker):
    """A transport stream with a second kind of data: a private stream."""
    ffmpeg(*maker.video_source(), *maker.click_source(), "-i", _srt(), "-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:v",
           "mpeg2video", "-c:a:0", "ac3", "-c:a:1", "mp2", "-metadata:s:a:1", "language=swe", "broadcast.ts")


def _odd(maker):
    ffmpeg(*maker.click_source(), "-c:a", "aac", "plain.m4a")
    with open("plain.m4a", "rb") as source:
        data = source.read()
    for name in ("-dash.m4a", "per%03d cent.m4a", "http:colon.m4a", "con|cat'\".m4a"):
        with open("./" + name, "wb") as out:
            out.write(data)


def make_amr(name, wide=False, frames=100):
    """AMR of random bits, the most that the codec has: 20 ms of sound a frame. FFmpeg reads it and often cannot write it."""
    random_bits = random.Random(1)
    size, kind = (60, 8) if wide else (31, 7)
    with open(name, "wb") as out:
        out.write(b"#!AMR-WB\n" if wide else b"#!AMR\n")
        for _ in range(frames):
            out.write(bytes([kind << 3 | 4]) + bytes(random_bits.randrange(256) for _ in range(size)))


# Name, how it is made, what has to hold. "encoders": without them the case is left out; "rate" of the
# sound; "copied": whether times of other streams are the same to the tick.
CASES = [
    _plain("phone.mp4", "aac", video=H264),
    _plain("cd.mp4", "aac", video=H264, rate=44100, channels=2),
    _plain("camera.mov", "pcm_s16le", video=H264, channels=2),
    _plain("lossless.mov", "alac", video=H264),
    _plain("music.mp4", "libmp3lame", video=H264, rate=44100),
    _plain("opus.mp4", "libopus", "-strict", "-2", video=H264),
    _plain("memo.m4a", "aac", "-b:a", "48k"),
    _plain("memo_alac.m4a", "alac", rate=44100),
    _plain("film.mkv", "aac", video=H264),
    _plain("surround.mkv", "ac3", "-b:a", "448k", video=H264, channels=6),
    _plain("vorbis.mkv", "libvorbis", video=H264, rate=44100),
    _plain("flac.mka", "flac", rate=44100),
    _plain("call.webm", "libopus", video=["-c:v", "libvpx", "-deadline", "realtime"]),
    _plain("old.webm", "libvorbis", video=["-c:v", "libvpx", "-deadline", "realtime"]),
    _plain("stream.ts", "aac", video=H264),
    _plain("layer2.ts", "mp2", video=["-c:v", "mpeg2video"]),
    _plain("disc.mpg", "mp2", video=["-c:v", "mpeg2video"], format_="vob"),
    _plain("camcorder.avi", "libmp3lame", video=MPEG4),
    _plain("card.avi", "pcm_s16le", video=MPEG4),
    _plain("net.flv", "aac", video=["-c:v", "flv"], rate=44100),
    _plain("screen.wmv", "wmav2", "-b:a", "128k", video=["-c:v", "wmv2"], rate=44100),
    _plain("dictation.wma", "wmav2", "-b:a", "128k", rate=44100),
    _plain("radio.aac", "aac"),
    _plain("cinema.ac3", "ac3"),
    _plain("cinema.eac3", "eac3"),
    _plain("feature.3gp", "aac", video=["-c:v", "h263", "-s", "128x96"], rate=16000),
    _plain("narrow.3gp", "libopencore_amrnb", rate=8000),
    _plain("voice.amr", "libopencore_amrnb", rate=8000),
    _plain("archive.wv", "wavpack"),
    _plain("archive.tta", "tta"),
    _plain("free.ogv", "libvorbis", video=["-c:v", "libtheora"]),
    ("late.mp4", _offset, {}),
    ("late.mkv", _offset_mkv, {}),
    ("short.mp4", _short, {}),
    ("two.mkv", _two, {"encoders": ["libopus"]}),
    ("book.m4a", _book, {"rate": 44100}),
    ("rich.mkv", _rich, {}),
    ("subtitled.mp4", _subtitled, {}),
    ("rotated.mp4", _rotated, {}),
    ("variable.mp4", _variable, {}),
    ("edited.mp4", _edited, {}),
    ("gap.mkv", _gap, {}),
    ("fragments.mp4", _fragments, {}),
    ("timecode.mov", _timecode, {}),
    ("broadcast.ts", _teletext, {}),
]
ODD_NAMES = ("-dash.m4a", "per%03d cent.m4a", "http:colon.m4a", "con|cat'\".m4a")
make_odd_names = _odd
make_cover = _cover
