# Control characters of file names never reach the terminal, nor make one sentence two lines.
bad=$(printf 'in/bad\033]0;title\007\nsecond line.wav')
mkdir in
echo x >"$bad"
plain() {
  [ "$(wc -l <../err)" -eq 1 ] || fail "not one line on standard error"
  if grep -q '[[:cntrl:]]' ../err; then fail "a control character on standard error"; fi
  says 'in/bad\x1b]0;title\x07\x0asecond line.wav'
}
enhance 3 in -o out
plain
enhance 3 "$bad" -o out.wav
plain
run 3 "$DEEPFILTER" inspect "$bad"
plain
sound make "$bad" --level 0.02
enhance 0 in -o out -v
if grep -q "$(printf '\033')" ../err; then fail "an escape sequence in the summary"; fi
