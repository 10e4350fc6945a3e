# One sub-folder that cannot be listed keeps none of the others back, and is named.
sound make a.wav --level 0.02
mkdir -p in/open in/closed out
cp a.wav in/open/a.wav
cp a.wav in/closed/b.wav
chmod 000 in/closed
# The superuser can list every folder, unless these powers are taken away.
as_user() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --bounding-set=-dac_override,-dac_read_search "$@"
  else
    "$@"
  fi
}
run 3 as_user "$DEEPFILTER" enhance in -o out/all -m "$MODEL" --json
one_sentence
says "in/closed: is left out: it cannot be read: Permission denied"
json '[f["input"] for f in r["files"]] == ["in/open/a.wav"] and "error" not in r["files"][0]'
json '[f["input"] for f in r["left_out"]] == ["in/closed"]'
# The folder that was named itself is an error.
run 1 as_user "$DEEPFILTER" enhance in/closed -o out/none -m "$MODEL"
one_sentence
says "in/closed: cannot be read: Permission denied"
chmod 755 in/closed
# So is an entry of which the system does not say what it is.
ln -s loop in/loop
run 3 "$DEEPFILTER" enhance in -o out/loop -m "$MODEL"
one_sentence
says "in/loop: is left out: it cannot be read: "
