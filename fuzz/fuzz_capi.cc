// Fuzzes sequences of calls of the C API: the input is a program of calls on a few streams, a batch
// and a saved state, with arguments of any value. What must hold: only the results that the header
// lists, no NaN in the output, the delay of a stream never changes.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "deepfilter/deepfilter.h"
#include "expect.h"

namespace {

using dfn::Expect;

constexpr size_t kStreams = 3;
constexpr size_t kMaxChannels = 3;
constexpr size_t kMaxSamples = 800;
// One input ends before the fuzzer's patience.
constexpr size_t kMaxCalls = 60;
constexpr size_t kMaxWork = 10'000;  // samples of all channels

dfn_model* OpenModel() {
  dfn_model* model = nullptr;
  Expect(dfn_model_open(DFN_FUZZ_MODEL, nullptr, &model, nullptr) == DFN_OK, "a model");
  return model;
}

dfn_batch* NewBatch(const dfn_model* model) {
  dfn_batch* batch = nullptr;
  Expect(dfn_batch_create(model, DFN_PRECISION_MODEL, 4, &batch, nullptr) == DFN_OK, "a batch");
  return batch;
}

// Takes the bytes of the input one after the other, and zeros behind its end.
class Program {
 public:
  Program(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  bool ended() const { return size_ == 0; }
  uint8_t Byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  uint32_t Word() {
    uint32_t word = 0;
    for (int i = 0; i < 4; ++i) word = word << 8 | Byte();
    return word;
  }
  // Often an ordinary number, at times any bits.
  float Float() {
    const uint8_t kind = Byte();
    if (kind % 4 != 0) return static_cast<float>(static_cast<int8_t>(Byte())) / (1 << kind % 5);
    const uint32_t bits = Word();
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

struct Slot {
  dfn_stream* stream = nullptr;
  dfn_stream_options options = {};
  size_t delay = 0;
};

class Machine {
 public:
  Machine(const dfn_model* model, dfn_batch* batch, Program program)
      : model_(model), batch_(batch), program_(program) {}
  ~Machine() {
    for (Slot& slot : slots_) dfn_stream_free(slot.stream);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void Run() {
    for (size_t call = 0; call < kMaxCalls && !program_.ended() && work_ < kMaxWork; ++call) {
      Slot& slot = slots_[program_.Byte() % kStreams];
      Call(slot);
      if (slot.stream != nullptr) {
        Expect(dfn_stream_delay_samples(slot.stream) == slot.delay, "the delay is constant");
      }
    }
  }

 private:
  void Call(Slot& slot) {
    switch (program_.Byte() % 14) {
      case 0:
        return Create(slot);
      case 1:
      case 2:
        return Process(slot);
      case 3:
        return ProcessIntegers(slot);
      case 4:
        return Flush(slot);
      case 5:
        return dfn_stream_reset(slot.stream);
      case 6:
        return Save(slot);
      case 7:
        return Restore(slot);
      case 8:
        return Copy(slot, slots_[program_.Byte() % kStreams]);
      case 9:
        return Batch();
      case 10:
        dfn_stream_set_attenuation_limit_db(slot.stream, program_.Float());
        return dfn_stream_set_post_filter_beta(slot.stream, program_.Float());
      case 11: {
        const float low = program_.Float();
        const float erb = program_.Float();
        return dfn_stream_set_thresholds_db(slot.stream, low, erb, program_.Float());
      }
      case 12: {
        // Other numbers are for programs in C (tests/capi/c11_program.c): C++ may not read them.
        const auto level = static_cast<dfn_level>(program_.Byte() % 4);
        return dfn_stream_set_level(slot.stream, level, program_.Float());
      }
      default:
        dfn_stream_set_bypass(slot.stream, program_.Byte() % 2);
        float snrs[40];
        Expect(dfn_stream_local_snrs_db(slot.stream, snrs, 40) <= 32, "at most 32");
        Expect(std::isfinite(dfn_stream_local_snr_db(slot.stream)), "a number");
    }
  }

  void Create(Slot& slot) {
    dfn_stream_options options;
    dfn_stream_options_init(&options, sizeof(options));
    constexpr uint32_t kRates[] = {48000, 44100, 16000, 8000, 96000, 7999, 0};
    options.sample_rate_hz = kRates[program_.Byte() % 7];
    options.channels = program_.Byte() % (kMaxChannels + 1);
    options.channel_mode = static_cast<dfn_channel_mode>(program_.Byte() % 4);
    options.profile = static_cast<dfn_profile>(program_.Byte() % 3);
    options.work_mode = static_cast<dfn_work_mode>(program_.Byte() % 3);
    options.block_multiple = program_.Byte() % 3 == 0 ? program_.Byte() : 1;
    options.silence_skip = program_.Byte() % 2;
    if (program_.Byte() % 4 == 0) options.level_gain_db = program_.Float();
    options.level = static_cast<dfn_level>(program_.Byte() % 4);
    dfn_stream* stream = nullptr;
    dfn_error* error = nullptr;
    const size_t delay = dfn_model_delay_samples(model_, &options);
    const dfn_result result = dfn_stream_create(model_, &options, &stream, &error);
    Expect((result == DFN_OK) == (stream != nullptr), "a stream or an error");
    Expect((result == DFN_OK) == (delay != 0), "the delay is known before, and only of streams");
    if (result != DFN_OK) {
      Expect(result == DFN_ERROR_INVALID_ARGUMENT, "an argument is refused");
      dfn::ExpectSentence({dfn::ErrorCode::kInvalidArgument, dfn_error_message(error)});
      dfn_error_free(error);
      return;
    }
    Expect(dfn_stream_delay_samples(stream) == delay, "the delay is as told before");
    dfn_stream_free(slot.stream);
    slot = {stream, options, delay};
  }

  static size_t Channels(const Slot& slot) {
    return slot.stream == nullptr ? 1 : slot.options.channels;
  }

  void FillInput(std::vector<float>& samples) {
    const float first = program_.Float();
    const float step = program_.Float();
    for (size_t i = 0; i < samples.size(); ++i) {
      samples[i] = i % 97 == 0 ? first : step * static_cast<float>(i % 31) * 0.01f;
    }
  }

  void ExpectResult(const Slot& slot, dfn_result result) {
    if (slot.stream == nullptr) {
      Expect(result == DFN_ERROR_INVALID_ARGUMENT, "no stream is refused");
    } else {
      Expect(result == DFN_OK || result == DFN_ERROR_INVALID_ARGUMENT || result == DFN_ERROR_STATE,
             "results of a block");
    }
  }

  // Interleaved or planar, in place.
  void Process(Slot& slot) {
    const size_t samples = program_.Word() % (kMaxSamples + 1);
    const size_t channels = Channels(slot);
    std::vector<float> sound(samples * channels + 1);
    FillInput(sound);
    work_ += sound.size();
    float* planes[kMaxChannels];
    for (size_t c = 0; c < channels; ++c) planes[c] = sound.data() + c * samples;
    const dfn_result result =
        program_.Byte() % 2 == 0
            ? dfn_stream_process(slot.stream, planes, planes, samples)
            : dfn_stream_process_interleaved(slot.stream, sound.data(), sound.data(), samples);
    ExpectResult(slot, result);
    if (result == DFN_OK) ExpectNumbers(sound, samples * channels);
  }

  void ProcessIntegers(Slot& slot) {
    const size_t samples = program_.Byte();
    std::vector<int16_t> sound(samples * Channels(slot) + 1, static_cast<int16_t>(program_.Word()));
    ExpectResult(
        slot, dfn_stream_process_interleaved_i16(slot.stream, sound.data(), sound.data(), samples));
  }

  void Flush(Slot& slot) {
    const size_t samples = program_.Byte();
    const size_t channels = Channels(slot);
    std::vector<float> sound(samples * channels + 1);
    float* planes[kMaxChannels];
    for (size_t c = 0; c < channels; ++c) planes[c] = sound.data() + c * samples;
    const dfn_result result = dfn_stream_flush(slot.stream, planes, samples);
    ExpectResult(slot, result);
    if (result == DFN_OK) ExpectNumbers(sound, samples * channels);
  }

  // Bypass passes the input's own numbers on, NaN among them.
  void ExpectNumbers(const std::vector<float>& sound, size_t size) const {
    Expect(std::none_of(sound.begin(), sound.begin() + static_cast<ptrdiff_t>(size),
                        [](float sample) { return std::isnan(sample); }),
           "no NaN comes out");
  }

  void Save(Slot& slot) {
    state_.resize(dfn_stream_state_size(slot.stream));
    const dfn_result result = dfn_stream_save(slot.stream, state_.data(), state_.size());
    Expect((result == DFN_OK) == (slot.stream != nullptr), "a state is saved");
  }

  void Restore(Slot& slot) {
    if (!state_.empty() && program_.Byte() % 4 == 0) {
      state_[program_.Word() % state_.size()] ^= program_.Byte();
    }
    const dfn_result result = dfn_stream_restore(slot.stream, state_.data(), state_.size());
    Expect(result == DFN_OK || result == DFN_ERROR_CORRUPT || result == DFN_ERROR_MISMATCH ||
               result == DFN_ERROR_INVALID_ARGUMENT,
           "results of a state");
  }

  static void Copy(Slot& to, Slot& from) {
    const dfn_result result = dfn_stream_copy(to.stream, from.stream);
    Expect(result == DFN_OK || result == DFN_ERROR_MISMATCH ||
               (result == DFN_ERROR_INVALID_ARGUMENT &&
                (to.stream == nullptr || from.stream == nullptr)),
           "results of a copy");
  }

  void Batch() {
    const size_t samples = program_.Word() % 700;
    std::vector<std::vector<float>> sounds;
    std::vector<std::vector<float*>> planes;
    std::vector<dfn_block> blocks;
    sounds.reserve(kStreams);
    planes.reserve(kStreams);
    for (const Slot& slot : slots_) {
      if (program_.Byte() % 4 == 0) continue;
      const size_t channels = Channels(slot);
      sounds.emplace_back(samples * channels + 1);
      FillInput(sounds.back());
      work_ += sounds.back().size();
      planes.emplace_back();
      for (size_t c = 0; c < channels; ++c) {
        planes.back().push_back(sounds.back().data() + c * samples);
      }
      blocks.push_back({slot.stream, planes.back().data(), planes.back().data(), samples});
    }
    const dfn_result result = dfn_batch_process(batch_, blocks.data(), blocks.size());
    Expect(result == DFN_OK || result == DFN_ERROR_INVALID_ARGUMENT ||
               result == DFN_ERROR_MISMATCH || result == DFN_ERROR_STATE ||
               result == DFN_ERROR_LIMIT,
           "results of a batch");
  }

  const dfn_model* model_;
  dfn_batch* batch_;
  Program program_;
  Slot slots_[kStreams];
  std::vector<uint8_t> state_;
  size_t work_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static dfn_model* const model = OpenModel();
  static dfn_batch* const batch = NewBatch(model);
  Machine(model, batch, {data, size}).Run();
  return 0;
}
