# Options change the sound in the direction they say.
sound make in.wav --format f32 --channels 2
enhance 0 in.wav -o plain.wav
enhance 0 in.wav -o limit100.wav -a 100
distance plain.wav limit100.wav 'r["identical"]'
enhance 0 in.wav -o limit6.wav -a 6
distance plain.wav limit6.wav 'not r["identical"]'
enhance 0 in.wav -o pf.wav --pf
distance plain.wav pf.wav 'not r["identical"]'
enhance 0 in.wav -o beta.wav --pf-beta 0.02
distance pf.wav beta.wav 'r["identical"]'
enhance 0 in.wav -o max.wav --profile libdf
enhance 0 in.wav -o reduce1.wav --profile libdf --reduce-mask 1 --min-db-thresh -15 \
  --max-db-erb-thresh 35 --max-db-df-thresh 35
distance max.wav reduce1.wav 'r["identical"]'
enhance 0 in.wav -o gated.wav --profile libdf --min-db-thresh 36
distance max.wav gated.wav 'not r["identical"]'
