#include "cli/deep_filter/deep_filter.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "api/open/network.h"
#include "api/select/engine.h"
#include "audio/sound_format.h"
#include "base/path_text.h"
#include "cli/arguments.h"
#include "cli/deep_filter/deep_filter_job.h"
#include "cli/end_without_memory.h"
#include "cli/engine_text.h"
#include "cli/enhance/sound_ends.h"
#include "cli/message.h"
#include "os/process/interrupt.h"

namespace dfn {
namespace {

constexpr std::string_view kName = "deep-filter";

constexpr char kHelp[] =
    R"(usage: deep-filter [options] FILE...

deepfilter, called by the name of DeepFilterNet's own program, whose options,
defaults and samples it has. WAV in, 16-bit WAV out, one output for each FILE,
with its file name, in the output folder; an older one is replaced.

  -m, --model PATH           a .tar.gz or folder of ONNX files, a checkpoint,
                             or a known model (default: the one built in, else
                             dfn3)
      --pf                   post filter: a little more suppression
      --pf-beta F            its strength (default: 0.02)
  -D, --compensate-delay     leave out the delay at the start; the output is
                             shorter by it
  -a, --atten-lim-db F       take away at most F dB of noise; 100: no limit,
                             0: no noise reduction (default: 100)
      --min-db-thresh F      local SNR in dB below which all is noise and goes
                             (default: -15)
      --max-db-erb-thresh F  local SNR above which a frame stays as it is
                             (default: 35)
      --max-db-df-thresh F   local SNR above which the deep filter is left
                             out (default: 35)
      --reduce-mask N        several channels: 0 each has gains of its own,
                             1 all have the maximum, 2 the mean (default: 1)
  -o, --output-dir DIR       output folder, made if missing (default: out)
  -v, --verbose              say what is done
  -V, --version
  -h, --help

Whole hops of 480 samples at 48 kHz are enhanced, and zeros stand for the rest
at the end. Other rates are resampled there and back, which may add a sample.
The first file that fails ends the run.

Other than the official program, it
  - starts every file afresh: no sound of one file is heard in the next;
  - resamples with another filter;
  - takes WAV files of 24 and 32 bits, which end the official one, and scales
    those of 8 bits rightly;
  - runs DeepFilterNet2, too;
  - writes an output whole or not at all;
  - exits with 0 done, 1 failed (disk, permissions), 2 usage, 3 bad input (a
    sound or model is missing or damaged), 130 interrupted.

"deepfilter enhance" does more: aligned output of full length, any format, rate
and sample size, pipes.
)";

struct DeepFilterOptions {
  std::vector<std::string> files;
  std::string model;
  std::string output_dir = "out";
  bool compensate_delay = false;
  DenoiserControls controls;
  int reduce_mask = 1;
  int verbose = 0;
};

void Define(Arguments& command, DeepFilterOptions& options) {
  command.Option("FILES", &options.files, {.required = true});
  command.Option("-m,--model", &options.model);
  command.Flag("--pf", options.controls.post_filter);
  command.Option("--pf-beta", &options.controls.post_filter_beta);
  command.Flag("-D,--compensate-delay", options.compensate_delay);
  command.Option("-a,--atten-lim-db", &options.controls.atten_lim_db);
  command.Option("--min-db-thresh", &options.controls.min_db_thresh);
  command.Option("--max-db-erb-thresh", &options.controls.max_db_erb_thresh);
  command.Option("--max-db-df-thresh", &options.controls.max_db_df_thresh);
  command.Option("--reduce-mask", &options.reduce_mask, {.range = {{0, 2}}});
  command.Option("-o,--output-dir", &options.output_dir);
  command.CountedFlag("-v,--verbose", options.verbose);
}

Status CheckNumbers(const DeepFilterOptions& options) {
  const auto check = [](const char* name, float value) -> Status {
    if (std::isfinite(value)) return {};
    return Error{ErrorCode::kInvalidArgument, std::string(name) + " is not a finite number"};
  };
  DFN_CHECK(check("--pf-beta", options.controls.post_filter_beta));
  DFN_CHECK(check("--atten-lim-db", options.controls.atten_lim_db));
  DFN_CHECK(check("--min-db-thresh", options.controls.min_db_thresh));
  DFN_CHECK(check("--max-db-erb-thresh", options.controls.max_db_erb_thresh));
  DFN_CHECK(check("--max-db-df-thresh", options.controls.max_db_df_thresh));
  if (options.controls.post_filter_beta >= 0.0f) return {};
  return Error{ErrorCode::kInvalidArgument, "--pf-beta must be 0 or more"};
}

DeepFilterSettings SettingsOf(const DeepFilterOptions& options) {
  DeepFilterSettings settings;
  DenoiserOptions& denoiser = settings.denoiser;
  denoiser.profile = Profile::kLibdf;
  denoiser.controls = options.controls;
  denoiser.reduce_mask = static_cast<ReduceMask>(options.reduce_mask);
  settings.compensate_delay = options.compensate_delay;
  return settings;
}

Status EnhanceFile(const Engine& engine, const std::string& file,
                   const DeepFilterOptions& options) {
  if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
  const std::filesystem::path output = PathOf(options.output_dir) / PathOf(file).filename();
  // "-" is the name of a file here.
  DFN_TRY(SoundSource source,
          SoundSource::Open(file == kStandardStream ? "./-" : file, std::nullopt));
  SoundInfo info = source.reader().info();
  // The official program writes samples and nothing else.
  info.details = {.speakers = info.details.speakers};
  if (const std::string format = DescribeFormat(info.format); !format.starts_with("WAV")) {
    return Error{ErrorCode::kUnsupported, file + ": is " + format +
                                              ", expected WAV; \"deepfilter enhance\" takes "
                                              "other formats"};
  }
  DFN_TRY(SoundSink sink, SoundSink::Create(PathText(output), {.sample_format = SampleFormat::kS16,
                                                               .force = true,
                                                               .raw = std::nullopt,
                                                               .input_path = file,
                                                               .input = info,
                                                               .channels = info.channels}));
  DFN_TRY(const PipelineStats stats,
          RunDeepFilterJob(engine, source.reader(), sink.writer(), SettingsOf(options)));
  DFN_CHECK(sink.Commit(source));
  const SoundFaults faults = source.reader().faults();
  if (faults.damaged) return Error{ErrorCode::kCorrupt, faults.note};
  SayFaults(faults);
  if (options.verbose > 0) {
    WriteNotice(fmt::format("{}: enhanced in {:.2f} s, real-time factor {:.3f}\n", file,
                            stats.processing_seconds,
                            stats.seconds > 0.0 ? stats.processing_seconds / stats.seconds : 0.0));
  }
  return {};
}

Status EnhanceFiles(const DeepFilterOptions& options) {
  DFN_CHECK(CheckNumbers(options));
  UseTiles();
  DFN_TRY(const std::shared_ptr<const Engine> engine, OpenEngine(options.model));
  if (const EngineInfo& info = engine->info(); !info.note.empty()) {
    PrintError("note: " + info.note);
  } else if (options.verbose > 0) {
    WriteNotice("engine: " + EngineText(info) + "\n");
  }
  std::error_code error;
  std::filesystem::create_directories(PathOf(options.output_dir), error);
  if (error) {
    return Error{ErrorCode::kIo,
                 options.output_dir + ": folder cannot be made: " + error.message()};
  }
  for (const std::string& file : options.files) DFN_CHECK(EnhanceFile(*engine, file, options));
  return {};
}

// The name by which the program was called, without folders and without Windows's ".exe".
std::string CallName(const char* program) {
  const std::filesystem::path path = PathOf(program);
#if defined(_WIN32)
  std::string name = PathText(path.stem());
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
#else
  return PathText(path.filename());
#endif
}

ParsedArguments ParseCommandLine(int argc, const char* const* argv, DeepFilterOptions& options) {
  const EndWithoutMemory end;
  Arguments arguments("deep-filter (deepfilter) " DEEPFILTER_VERSION, "-V,--version", "-h,--help",
                      "");
  Define(arguments, options);
  return arguments.Parse(argc, argv);
}

}  // namespace

bool CalledDeepFilter(int argc, const char* const* argv) {
  return argc > 0 && CallName(argv[0]) == kName;
}

ExitCode RunDeepFilter(int argc, const char* const* argv) {
  DeepFilterOptions options;
  const ParsedArguments parsed = ParseCommandLine(argc, argv, options);
  switch (parsed.kind) {
    case ParsedArguments::Kind::kCommand:
      break;
    case ParsedArguments::Kind::kHelp:
    case ParsedArguments::Kind::kFullHelp:
      return PrintResult(kHelp);
    case ParsedArguments::Kind::kVersion:
      return PrintResult(parsed.text);
    case ParsedArguments::Kind::kUsageError:
      PrintError(parsed.text + "; see \"deep-filter -h\"");
      return kExitUsage;
  }
  InstallSignalHandlers();
  const Status done = EnhanceFiles(options);
  return done.ok() ? kExitOk : Fail(done.error());
}

}  // namespace dfn
