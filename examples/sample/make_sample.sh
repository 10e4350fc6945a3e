#!/bin/sh
# Makes noisy.flac: a synthetic voice (espeak-ng) in the noise of a room and a fan (sox), 48 kHz mono.
#
# Everything in it is generated, so it carries nobody's rights; sox -R seeds its generators, so the
# same versions give the same samples. Needs: tools/setup.sh sample.
set -eu
cd "$(dirname "$0")"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
seconds=5.4

espeak-ng -v en-gb -s 150 -p 45 -w "$scratch/voice.wav" \
  "The fan is on, the window is open, and still you can hear every word."
sox -R -D "$scratch/voice.wav" -r 48000 -c 1 -e float -b 32 "$scratch/speech.wav" \
  pad 0.4 gain -n -6
# The room: pink noise. The fan: a low rumble that swells with each turn, and its motor's hum.
sox -R -D -n -r 48000 -c 1 -e float -b 32 "$scratch/room.wav" synth $seconds pinknoise gain -20
sox -R -D -n -r 48000 -c 1 -e float -b 32 "$scratch/fan.wav" synth $seconds brownnoise \
  highpass 60 tremolo 5 50 gain -20
sox -R -D -n -r 48000 -c 1 -e float -b 32 "$scratch/hum.wav" synth $seconds sine 100 synth \
  $seconds sine mix 300 gain -34
sox -R -D -m -v 1 "$scratch/speech.wav" -v 1 "$scratch/room.wav" -v 1 "$scratch/fan.wav" \
  -v 1 "$scratch/hum.wav" -b 16 -C 8 noisy.flac
