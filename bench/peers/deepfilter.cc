// This project behind the harness: deepfilter MODEL PRECISION reference|libdf SOUND
// Beside it:  deepfilter precisions             prints their names
//             deepfilter samples FILE SOUND     writes a sound file's first channel as raw float32
//
// Modes: live; file (chunks as `deepfilter enhance` makes them); folder (some frames each of some sounds
// a call, as it takes folders); streams16 and streams64 (one frame each of that many streams a call). Further commands, for peers that run the network alone:
//   features DIR      writes feat_erb.f32 [N, E] and feat_spec.f32 [N, D, 2] of the sound
//   replay DIR PATH   reads gains.f32 [N, E] and coefs.f32 [N, D, O, 2], and writes the sound that
//                     they make of this one, with the delay
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/open/network.h"
#include "api/open/open.h"
#include "audio/sound_file.h"
#include "base/precision_name.h"
#include "bench/peers/harness.h"
#include "bench/speeds.h"
#include "engine/network.h"
#include "os/cache_size.h"
#include "stream/denoise/batch_shape.h"
#include "stream/denoise/denoiser.h"
#include "verify/record_replay.h"

namespace {

using namespace dfn;         // NOLINT: a program
using namespace dfn::bench;  // NOLINT

constexpr size_t kRateHz = 48000;

std::unique_ptr<Denoiser> MakeDenoiser(std::shared_ptr<const Network> network, Profile profile,
                                       size_t channels, size_t frames) {
  DenoiserOptions options;
  options.profile = profile;
  options.channels = channels;
  options.max_frames_per_call = frames;
  auto denoiser = Denoiser::Create(std::move(network), options);
  return denoiser.ok() ? std::move(*denoiser) : nullptr;
}

PeerMode Single(Denoiser& denoiser, size_t hops) {
  return {hops, 1,
          [&denoiser, hops](const float* input, float* output) {
            denoiser.Process(&input, &output, hops, nullptr);
          },
          [&denoiser] { denoiser.Reset(); }};
}

PeerMode Many(Denoiser& denoiser, size_t streams, size_t hops = 1) {
  struct Memory {
    std::vector<float> samples;  // [streams, in and out, hops * hop]
    std::vector<float*> in;
    std::vector<float*> out;
  };
  const size_t samples = hops * denoiser.hop_size();
  auto memory = std::make_shared<Memory>();
  memory->samples.resize(2 * streams * samples);
  for (size_t i = 0; i < streams; ++i) {
    memory->in.push_back(memory->samples.data() + 2 * i * samples);
    memory->out.push_back(memory->samples.data() + (2 * i + 1) * samples);
  }
  return {hops, streams,
          [&denoiser, hops, samples, memory](const float* input, float* output) {
            for (float* in : memory->in) std::copy_n(input, samples, in);
            denoiser.Process(memory->in.data(), memory->out.data(), hops, nullptr);
            std::copy_n(memory->out.front(), samples, output);
          },
          [&denoiser] { denoiser.Reset(); }};
}

// Enhances the sound's whole hops with a denoiser over `network`.
std::vector<float> Enhance(std::shared_ptr<const Network> network,
                           const std::vector<float>& sound) {
  const auto denoiser = MakeDenoiser(std::move(network), Profile::kReference, 1, 1);
  const size_t hop = denoiser->hop_size();
  std::vector<float> enhanced(sound.size() / hop * hop);
  for (size_t at = 0; at < enhanced.size(); at += hop) {
    const float* input = sound.data() + at;
    float* output = enhanced.data() + at;
    denoiser->Process(&input, &output, 1, nullptr);
  }
  return enhanced;
}

std::string Answer(const std::string& command, std::istream& arguments,
                   const std::shared_ptr<const Network>& network, const std::vector<float>& sound) {
  std::string folder;
  std::string path;
  if (command == "features" && arguments >> folder) {
    NetworkTrace trace;
    Enhance(NewRecordingNetwork(network, trace), sound);
    if (!WriteSamples(folder + "/feat_erb.f32", trace.feat_erb) ||
        !WriteSamples(folder + "/feat_spec.f32", trace.feat_spec)) {
      return "{\"error\": \"cannot write the features\"}";
    }
    return "{\"frames\": " + std::to_string(trace.frames()) + "}";
  }
  if (command == "replay" && arguments >> folder >> path) {
    NetworkTrace trace;
    trace.gains = ReadSamples(folder + "/gains.f32");
    trace.coefs = ReadSamples(folder + "/coefs.f32");
    trace.lsnr_db.resize(trace.gains.size() / network->config().erb_bands);
    const auto enhanced = Enhance(NewReplayingNetwork(network->config(), std::move(trace)), sound);
    if (!WriteSamples(path, enhanced)) return "{\"error\": \"cannot write the output\"}";
    return "{\"samples\": " + std::to_string(enhanced.size()) + "}";
  }
  return {};
}

// A longer sound would not change the figures.
constexpr size_t kMostSeconds = 60;

int PrintPrecisions() {
  for (const Precision precision : Precisions()) std::printf("%s\n", PrecisionName(precision));
  return 0;
}

int ConvertSound(const std::string& from, const std::string& to) {
  const auto fail = [](const std::string& sentence) {
    std::fprintf(stderr, "deepfilter: %s\n", sentence.c_str());
    return 1;
  };
  const auto reader = OpenSoundFile(from);
  if (!reader.ok()) return fail(reader.error().message);
  const SoundInfo& info = (*reader)->info();
  if (info.rate_hz != kRateHz) return fail(from + ": has not 48000 Hz, as all peers ask for");
  std::vector<float> interleaved(kMostSeconds * info.rate_hz * info.channels);
  const auto frames = (*reader)->Read(interleaved);
  if (!frames.ok()) return fail(frames.error().message);
  std::vector<float> samples(*frames);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = interleaved[i * info.channels];
  return WriteSamples(to, samples) ? 0 : fail(to + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "precisions" && argc == 2) return PrintPrecisions();
  if (command == "samples" && argc == 4) return ConvertSound(argv[2], argv[3]);
  const auto precision = argc == 5 ? FindPrecision(argv[2]) : std::nullopt;
  if (!precision) {
    std::fprintf(stderr, "usage: deepfilter MODEL PRECISION reference|libdf SOUND\n");
    return 1;
  }
  UseTiles();
  const auto model = OpenModel(argv[1]);
  if (!model.ok()) {
    std::fprintf(stderr, "deepfilter: %s\n", model.error().message.c_str());
    return 1;
  }
  const auto made = MakeNetwork(*model, *precision);
  if (!made.ok()) {
    std::fprintf(stderr, "deepfilter: %s\n", made.error().message.c_str());
    return 1;
  }
  const std::shared_ptr<const Network>& network = *made;
  const Profile profile = std::string(argv[3]) == "libdf" ? Profile::kLibdf : Profile::kReference;
  const std::vector<float> sound = ReadSamples(argv[4]);
  const auto live = MakeDenoiser(network, profile, 1, 1);
  const auto file = MakeDenoiser(network, profile, 1, kFileFrames);
  const BatchShape shape = ChooseBatchShape(SecondLevelCacheBytes());
  const size_t folder_frames = shape.FramesOf(shape.streams);
  const auto folder = MakeDenoiser(network, profile, shape.streams, folder_frames);
  const auto few = MakeDenoiser(network, profile, 16, 1);
  const auto many = MakeDenoiser(network, profile, 64, 1);
  Peer peer;
  peer.name = "deepfilter";
  peer.version = PrecisionName(*precision);
  peer.hop = live->hop_size();
  peer.delay_samples = live->delay_samples();
  peer.modes["live"] = Single(*live, 1);
  peer.modes["file"] = Single(*file, kFileFrames);
  peer.modes["folder"] = Many(*folder, shape.streams, folder_frames);
  peer.modes["streams16"] = Many(*few, 16);
  peer.modes["streams64"] = Many(*many, 64);
  peer.other = [&](const std::string& name, std::istream& arguments) {
    return Answer(name, arguments, network, sound);
  };
  return PeerSession(std::move(peer), sound).Run();
}
