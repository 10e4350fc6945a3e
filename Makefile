# Builds, tests and installs. `make demo` and `make test` install what they need; `make` alone builds.
#
#   make                          build/bin/deepfilter
#   make demo                     enhances the bundled sample; the last line is the result's path
#   make test                     every test
#   make check                    every gate beside the tests: other builds, sanitizers, lint, ABI
#   make check-GATE               one gate: lint abi debug clang lto asan tsan
#   make wheel                    the wheel of the Python package, in build-wheel/dist
#   make python-test              the wheel on every Python and numpy found here, and its notebook
#   make dist [TARGETS="x86_64-linux ..."]
#                                 archives for Linux, Windows and macOS, in dist/
#   make dist-test [DIST_TEST=--twice]
#                                 tests them as users meet them; builds them twice to compare
#   make cross-test TARGET=x86_64-windows
#                                 the unit tests on another system: Windows under Wine, ARM under qemu
#   make media-test               every kind of media file through the program, made by FFmpeg
#   make live-test [LIVE_TEST="--seconds 3600 constant_delay"]
#                                 live sound with PipeWire, JACK and PulseAudio, without a sound card
#   make deb                      the Debian packages, in build-deb
#   make deb-test                 them judged by lintian, and installed, run and removed in an empty Debian; needs root
#   make embed-test               programs around these sources: add_subdirectory, FetchContent, vcpkg's port
#   make conan-test               the Conan recipe and its test package
#   make web                      the npm package for browsers and Node, with its module and models, in web/
#   make web-test                 its tests under node, and the core's unit tests as WebAssembly
#   make web-browser-test         the npm package in Chromium and Firefox, installed into a project of its own
#   make web-bench [WEB_BENCH="--rounds 5"]
#                                 the npm package beside its peers, in Chromium
#   make install [PREFIX=/usr/local] [DESTDIR=]
#                                 program, library, headers, plugins
#   make enhance IN=a.wav OUT=b.wav
#   make faults-test [FAULTS="--story export"]
#                                 the program with every system call and allocation failing in turn
#   make differential-test [CASES=1000] [SEED=n]
#                                 random networks: native, ONNX Runtime, every instruction set, changed graphs
#   make soak [HOURS=24] [MODEL=dfn3's archive]
#                                 hours of sound through the C API, plugins and a pipe, as fast as they go
#   make mutants [COUNT=300] [SEED=1]
#                                 small changes of the core's code, one at a time: does a test notice each?
#   make real-time [SECONDS=900] [MODEL=dfn3's archive]
#                                 blocks of 64 to 1024 samples in real time beside busy neighbours
#   make fuzz [FUZZ_SECONDS=60]   every fuzz target, for FUZZ_SECONDS each
#   make bench [GOLDEN=b.wav SOUND=a.wav] [BENCH="--rounds 9"]
#                                 this project beside its peers; writes bench/RESULTS.md
#   make bench-compare REV=main [BENCH="--rounds 15"]
#                                 this tree beside a commit, in turns; fails if something got slower
#   make pictures                 the pictures of the documentation, from the sample and from the tables
#   make report-browser-test      the HTML report in Chromium
#   make quality [SOUNDS=folder] [QUALITY="--quick --json new.json --baseline old.json"]
#                                 how good the output is at any level, rate and noise (bench/quality.py)
#   make web-demo [PORT=8080]     builds the demo page and serves it on this machine
#   make web-demo-test            its tests, in Chromium and Firefox
#   make clean
#
# JOBS=N limits parallel compilers and tests.

MAKEFLAGS += --no-print-directory
FUZZ_SECONDS ?= 60
CASES ?= 1000
HOURS ?= 24
TARGET ?= x86_64-windows
SAMPLE := examples/sample/noisy.flac
RESULT := $(CURDIR)/out/enhanced.flac
PREFIX ?= /usr/local
export JOBS

.PHONY: build demo test check enhance fuzz bench bench-compare quality install dist dist-test wheel python-test web web-test \
	web-browser-test web-bench web-demo web-demo-test cross-test media-test live-test deb deb-test embed-test conan-test \
	faults-test differential-test mutants soak real-time pictures report-browser-test clean ready

build:
	@tools/build.sh -DDEEPFILTER_TESTS=OFF

# Installs and builds all that enhancing needs.
ready:
	@tools/setup.sh build
	@tools/fetch_models.sh dfn3
	@tools/fetch_miniaudio.sh > /dev/null || true
	@tools/build.sh -DDEEPFILTER_TESTS=OFF

demo: ready
	@mkdir -p out
	@echo "Enhancing $(SAMPLE), a voice in the noise of a fan:"
	@build/bin/deepfilter enhance -f -v "$(SAMPLE)" -o "$(RESULT)"
	@echo "$(RESULT)"

enhance:
	@test -n "$(IN)" && test -n "$(OUT)" || { echo "make enhance IN=noisy.wav OUT=clean.wav" >&2; exit 2; }
	@$(MAKE) ready
	@build/bin/deepfilter enhance "$(IN)" -o "$(OUT)"

test:
	@tools/run_tests.sh

check:
	@tools/check.sh

check-%:
	@tools/check.sh $*

install: build
	@DESTDIR="$(DESTDIR)" cmake --install build --prefix "$(PREFIX)"

dist:
	@tools/dist.sh $(TARGETS)

dist-test:
	@tools/dist_test.sh $(DIST_TEST) $(TARGETS)

wheel:
	@tools/wheel.sh

python-test:
	@wheel=$$(tools/wheel.sh) && tools/python_test.sh --all "$$wheel" && \
		tools/python_apps_test.sh --all "$$wheel" && tools/corpora_test.sh --all "$$wheel"

cross-test:
	@tools/cross_test.sh $(TARGET)

media-test:
	@tools/setup.sh build test
	@tools/build.sh -DDEEPFILTER_TESTS=ON
	@ctest --test-dir build -C long -R '^media[.](all_files|limits)$$' --output-on-failure

live-test:
	@tools/live_test.sh $(LIVE_TEST)

deb:
	@tools/deb.sh

deb-test:
	@tools/deb_test.sh

embed-test:
	@tools/embed_test.sh

conan-test:
	@tools/conan_test.sh

web-demo:
	@tools/web_demo.sh $(PORT)

web-demo-test:
	@tools/web_demo.sh --test

web:
	@tools/web.sh build

web-test:
	@tools/web.sh test
	@tools/web.sh unit

web-browser-test:
	@tools/web_browser_test.sh

web-bench:
	@tools/web_bench.sh $(WEB_BENCH)

faults-test:
	@tools/faults.sh $(FAULTS)

differential-test:
	@tools/differential.sh $(CASES) $(SEED)

mutants:
	@tools/mutants.sh $(or $(COUNT),300) $(or $(SEED),1)

soak:
	@tools/soak.sh $(HOURS) $(MODEL)

real-time:
	@tools/real_time.sh $(or $(SECONDS),900) $(MODEL)

fuzz:
	@tools/fuzz.sh $(FUZZ_SECONDS)

bench-compare:
	@tools/bench_compare.sh "$(REV)" $(BENCH)

pictures: ready
	@tools/pictures.sh

report-browser-test:
	@tools/report_browser_test.sh

bench:
	@tools/bench.sh $(if $(SOUND),--sound "$(SOUND)") $(if $(GOLDEN),--golden "$(GOLDEN)") $(BENCH)

quality:
	@tools/quality.sh $(if $(SOUNDS),--sounds "$(SOUNDS)") $(QUALITY)

clean:
	@rm -rf build build-* dist out
