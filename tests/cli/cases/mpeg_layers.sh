# MPEG layers I and II are read; what is written is layer III.
command -v ffmpeg >/dev/null || fail "ffmpeg is missing; tools/setup.sh test installs it"
sound make a.wav --level 0.05
mkdir in
ffmpeg -v error -i a.wav -c:a mp2 in/talk.mp2 || fail "ffmpeg makes no MP2"
cp in/talk.mp2 named.mp3
enhance 0 named.mp3 -o out.mp3
enhance 0 in -o out --json
quiet
json '[f["output"] for f in r["files"]] == ["out/talk.mp3"]'
for file in out.mp3 out/talk.mp3; do
  [ "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$file")" = mp3 ] || fail "$file is no MP3"
done
