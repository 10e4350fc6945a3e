# What a folder holds of sound and video that cannot be read without FFmpeg is told, and the status says
# so (tests/media has what FFmpeg reads).
DEEPFILTER_FFMPEG=off
export DEEPFILTER_FFMPEG
sound make whole.wav --level 0.02
mkdir -p in/sub only
cp whole.wav in/a.wav
# The start of an MP4 file with sound, and of a Matroska file.
mp4() { printf '\000\000\000\034ftypM4A \000\000\002\000isomiso2' >"$1"; }
mp4 in/phone.m4a
mp4 "in/sub/My Talk.MP4"
mp4 only/b.m4a
printf '\032\105\337\243\001\000' >in/video.bak
cp whole.wav in/take1
printf 'x' >in/notes.txt
printf '\377\330\377\340' >in/photo.jpg
printf '%%PDF-1.7' >in/score.pdf
printf '\000\000\000\030ftypheic\000\000\000\000' >in/photo.heic
mp4 in/.hidden.m4a

told() {
  [ "$(wc -l <../err)" -eq 2 ] || fail "not 2 lines on standard error"
  says "in/take1: is left out: it is WAV, but its name does not say so; rename it, or name the file itself"
  says "3 files that FFmpeg reads are left out, in/phone.m4a first; FFmpeg is switched off by DEEPFILTER_FFMPEG=off"
}
enhance 3 in -o out
told
# The sound beside them is enhanced, as if it were alone.
enhance 0 in/a.wav -o alone.wav
same alone.wav out/a.wav
[ "$(find out -type f | wc -l)" -eq 1 ] || fail "more than one output"

# The report has the same sentences, and "process" is no other.
run 3 "$DEEPFILTER" process in out2 "$MODEL" --json
told
json 'len(r["files"]) == 1 and "error" not in r["files"][0]'
json 'sorted(f["input"] for f in r["left_out"]) == ["in/phone.m4a", "in/sub/My Talk.MP4",
  "in/take1", "in/video.bak"]'
json 'all(f["error"].startswith(f["input"] + ": is left out") for f in r["left_out"])'
# Several at once tell the same.
cp whole.wav in/b.wav
enhance 3 in -o out3 --threads 2
told
# Nothing but such files.
enhance 3 only -o out4 --json
one_sentence
says "only/b.m4a: is left out"
json 'r["files"] == [] and len(r["left_out"]) == 1 and r["rtf"] is None'
# Without them there is nothing to tell.
rm in/phone.m4a "in/sub/My Talk.MP4" in/take1 in/video.bak
enhance 0 in -o out5 --json
quiet
json 'r["left_out"] == []'
# A failure keeps its status: the first counts.
mp4 in/phone.m4a
enhance 1 in -o out5
says "exists already"
says "in/phone.m4a: is left out"
# Named itself, such a file is refused.
for input in in/phone.m4a only/b.m4a; do
  enhance 3 $input -o out.wav
  one_sentence
  says "$input: is MP4, which is read by FFmpeg; FFmpeg is switched off"
done
run 3 env DEEPFILTER_FFMPEG= PATH=/nonexistent "$DEEPFILTER" enhance -m "$MODEL" in/phone.m4a -o out.wav
one_sentence
says "the program ffmpeg is not on PATH; install FFmpeg (Debian, Ubuntu: apt install ffmpeg;"
run 3 env DEEPFILTER_FFMPEG=/nonexistent/ffmpeg "$DEEPFILTER" enhance -m "$MODEL" in/phone.m4a -o out.wav
one_sentence
says "DEEPFILTER_FFMPEG is /nonexistent/ffmpeg, but there is no /nonexistent/ffmpeg; install FFmpeg"
run 1 "$DEEPFILTER" enhance -m "$MODEL" whole.wav -o out.m4a
one_sentence
says "out.m4a: is written by FFmpeg; FFmpeg is switched off"
# A wrong name does not hide it; from a pipe and a file on standard input there is no name.
mp4 wrong.wav
enhance 3 wrong.wav -o out.wav
says "wrong.wav: is MP4, which is read by FFmpeg"
told_of_stream() {
  [ "$1" -eq 3 ] || fail "status $1, expected 3"
  one_sentence
  says "MP4"
  says "make it WAV on the way: ffmpeg -i FILE -f wav - | deepfilter enhance -"
}
"$DEEPFILTER" enhance -m "$MODEL" - -o out.wav <wrong.wav 2>../err
told_of_stream $?
# shellcheck disable=SC2002  # a pipe is meant
cat wrong.wav | "$DEEPFILTER" enhance -m "$MODEL" - -o out.wav 2>../err
told_of_stream $?
run 3 "$DEEPFILTER" compare whole.wav wrong.wav
says "wrong.wav: is MP4"

# Of many the first are told, and how many more there are.
mkdir many
i=100
while [ $i -lt 150 ]; do
  mp4 many/$i.m4a
  i=$((i + 1))
done
enhance 3 many -o out6 --json
one_sentence
says "50 files that FFmpeg reads are left out, many/100.m4a first"
json 'len(r["left_out"]) == 50'
mkdir unnamed
i=100
while [ $i -lt 150 ]; do
  cp whole.wav unnamed/$i
  i=$((i + 1))
done
enhance 3 unnamed -o out6
[ "$(wc -l <../err)" -eq 21 ] || fail "not 21 lines"
says "unnamed/119"
says "30 more files of sound or video are left out; --json lists all"

# A pipe in a folder is told, not waited for; named itself it is read (threads.sh).
mkdir pipes
mkfifo pipes/a.wav
cp whole.wav pipes/b.wav
enhance 3 pipes -o out7
one_sentence
says "pipes/a.wav: is left out: it is a pipe, not a file; name it itself to read it"
same alone.wav out7/b.wav
