# Temporary files of killed runs go with the next run into the same folder; those of others stay.
sound make in.wav --level 0.02
mkdir -p out "$DEEPFILTER_CACHE"
old=out/.deepfilter-123-0.part
other=out/.another-123-0.part
new=out/.deepfilter-124-0.part
for file in $old $other $new .deepfilter-9-0.part; do echo half >"$file"; done
touch -d '2 minutes ago' $old $other .deepfilter-9-0.part
enhance 0 in.wav -o out/
[ ! -e $old ] || fail "a leftover stays"
[ -e $other ] || fail "another program's file is gone"
[ -e $new ] || fail "a file that may be in use is gone"
enhance 0 in.wav -o out.wav
[ ! -e .deepfilter-9-0.part ] || fail "a leftover beside the output stays"

# So do those beside a picture.
echo half >.deepfilter-9-0.part
touch -d '2 minutes ago' .deepfilter-9-0.part
run 0 "$DEEPFILTER" plot in.wav -o in.png
[ ! -e .deepfilter-9-0.part ] || fail "a leftover beside the picture stays"

# "doctor" counts those in the cache.
printf 1234 >"$DEEPFILTER_CACHE/.deepfilter-7-0.part"
touch -d '2 minutes ago' "$DEEPFILTER_CACHE/.deepfilter-7-0.part"
run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
json 'r["leftovers"] == {"files": 1, "bytes": 4}'
run 0 "$DEEPFILTER" doctor -m "$MODEL"
prints '1 file of unfinished downloads in the cache, 0.0 MB; the next "models pull" removes them'
