// Takes the noise out of several calls at once, as a server does: each CHANNEL of the raw
// interleaved float samples on stdin has its own stream, and one batch runs all streams together.
// The samples go to stdout, with the input's length and without delay.
//
//   c++ -std=c++17 many_streams.cpp $(pkg-config --cflags --libs deepfilter) -o many_streams
//   ./many_streams CHANNELS [MODEL] < noisy.f32 > clean.f32
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deepfilter/deepfilter.hpp>
#include <vector>

namespace {

constexpr std::size_t kBlock = 480;  // a hop: 10 ms

// One call: its stream, and a block of its samples.
struct Call {
  deepfilter::Stream stream;
  std::vector<float> samples;
  float* plane;

  Call(const deepfilter::Model& model, const dfn_stream_options& options)
      : stream(deepfilter::Stream::Create(model, options)),
        samples(kBlock),
        plane(samples.data()) {}
  Call(Call&&) noexcept = default;  // which leaves the samples where they are
};

// Reads up to a block of interleaved samples from stdin and fills the block up with zeros. Returns
// the number read.
std::size_t Read(std::vector<Call>& calls, std::vector<float>& frame) {
  std::fill(frame.begin(), frame.end(), 0.0f);
  const std::size_t count = std::fread(frame.data(), calls.size() * sizeof(float), kBlock, stdin);
  for (std::size_t c = 0; c < calls.size(); ++c) {
    for (std::size_t i = 0; i < kBlock; ++i) calls[c].samples[i] = frame[i * calls.size() + c];
  }
  return count;
}

// Writes samples begin .. end of every call to stdout.
void Write(const std::vector<Call>& calls, std::size_t begin, std::size_t end,
           std::vector<float>& frame) {
  for (std::size_t c = 0; c < calls.size(); ++c) {
    for (std::size_t i = 0; i < kBlock; ++i) frame[i * calls.size() + c] = calls[c].samples[i];
  }
  if (begin >= end) return;
  std::fwrite(&frame[begin * calls.size()], calls.size() * sizeof(float), end - begin, stdout);
}

void Run(std::size_t channels, const char* source) {
  const auto model = deepfilter::Model::Open(source);
  auto options = deepfilter::StreamOptions();
  options.block_multiple = kBlock;  // blocks of a whole hop need the least delay
  auto batch = deepfilter::Batch::Create(model, options.precision, channels);
  std::vector<Call> calls;
  for (std::size_t c = 0; c < channels; ++c) calls.emplace_back(model, options);
  std::vector<dfn_block> blocks;
  for (Call& call : calls) {
    blocks.push_back({call.stream.get(), &call.plane, &call.plane, kBlock});
  }

  // The first `skip` output samples are from before the sound; flushing outputs as many at the end.
  std::vector<float> frame(channels * kBlock);
  std::size_t skip = calls[0].stream.delay_samples();
  std::size_t left = 0;  // have come in and not gone out
  for (bool more = true; more || left > 0;) {
    const std::size_t count = more ? Read(calls, frame) : 0;
    more = more && count > 0;
    if (more) {
      batch.Process(blocks.data(), blocks.size());
    } else {
      for (Call& call : calls) call.stream.Flush(&call.plane, kBlock);
    }
    left += count;
    const std::size_t begin = std::min(skip, kBlock);
    const std::size_t end = begin + std::min(left, kBlock - begin);
    Write(calls, begin, end, frame);
    skip -= begin;
    left -= end - begin;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int channels = argc > 1 ? std::atoi(argv[1]) : 0;
  if (channels < 1 || channels > 64) {
    std::fprintf(stderr, "usage: many_streams CHANNELS [MODEL] < noisy.f32 > clean.f32\n");
    return 2;
  }
  try {
    Run(static_cast<std::size_t>(channels), argc > 2 ? argv[2] : "");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "many_streams: %s\n", error.what());
    return 1;
  }
  return std::fflush(stdout) == 0 && std::ferror(stdin) == 0 ? 0 : 1;
}
