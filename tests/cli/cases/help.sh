# Help goes to standard output and fits a terminal.
for command in "" enhance process compare compare-backends inspect export merge split models bench \
  doctor pipewire-config live devices; do
  for option in -h --help; do
    # shellcheck disable=SC2086
    run 0 "$DEEPFILTER" $command $option
    quiet
    prints "deepfilter"
    awk 'length($0) > 80 { exit 1 }' ../out || fail "lines longer than 80 columns"
    twice=$(sed -n 's/^ \{2,6\}\(--*[a-z][a-z-]*\).*/\1/p' ../out | sort | uniq -d)
    [ -z "$twice" ] || fail "listed twice: $twice"
  done
done
run 0 "$DEEPFILTER" enhance --help
prints "--atten-lim-db"
prints "Exit status"
run 0 "$DEEPFILTER" enhance -h in.wav --no-delay-compensation
prints "usage: deepfilter enhance"
for version in --version -V; do
  run 0 "$DEEPFILTER" $version
  grep -qE '^deepfilter [0-9]+\.[0-9]+\.[0-9]+$' ../out || fail "no version"
done
# "help COMMAND" is "COMMAND --help".
for command in "" enhance models; do
  # shellcheck disable=SC2086
  run 0 "$DEEPFILTER" $command --help
  mv ../out wanted
  # shellcheck disable=SC2086
  run 0 "$DEEPFILTER" help $command
  quiet
  same wanted ../out
done
run 0 "$DEEPFILTER" help models pull
same wanted ../out
run 0 "$DEEPFILTER" help help
prints "deepfilter help COMMAND"
run 2 "$DEEPFILTER" help enhace
one_sentence
says '"enhace" is no command; see "deepfilter -h"'
