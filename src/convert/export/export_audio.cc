#include "convert/export/export_audio.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "convert/export/fourier_matrix.h"
#include "dsp/erb.h"
#include "model/state_layout.h"

namespace dfn {
namespace {

// Names are those of `model/state_layout.h`: t is the newest frame, n = t - conv_lookahead the
// frame that the network's output belongs to, k = t - lookahead the frame that is emitted. Spectra
// are [1, frames, 2, F], real parts before imaginary ones.
constexpr int64_t kFrameAxis = 1;
constexpr int64_t kPartAxis = 2;
constexpr int64_t kBinAxis = 3;

int64_t Int(size_t value) { return static_cast<int64_t>(value); }

class AudioGraph {
 public:
  AudioGraph(const Model& model, const ErbBands& bands, NetworkGraph& network,
             GraphBuilder& builder)
      : c_(model.config), bands_(bands), network_(network), g_(builder) {}

  std::vector<GraphState> Write() {
    Count();
    const Value frame = Analyze();
    const auto [feat_erb, feat_spec] = Features(frame);

    g_.SetPrefix("enc/");
    const EncoderMaps maps = network_.EncodeMaps(feat_erb, feat_spec);
    const EncoderOutput encoded = network_.EncodeGru(maps.gru_input, maps.skip);
    g_.SetPrefix("erb/");
    const Value gains = network_.DecodeErb(encoded.emb, maps.e);
    g_.SetPrefix("df/");
    const Value coefs =
        c_.mask_only ? Value() : network_.DecodeDf(encoded.emb, maps.c0, false).coefs;
    g_.SetPrefix("");

    Emit(coefs.empty() ? MaskAlone(frame, gains) : Enhance(frame, gains, coefs));
    g_.Input("input_frame", {1, c_.hop_size});
    g_.Output(Held("lsnr", encoded.lsnr, g_.Number(c_.lsnr_min_db)), "lsnr", {1, 1, 1});
    for (GraphState state : network_.states()) {
      state.next = Held(state.in, state.next, state.in);
      states_.push_back(std::move(state));
    }
    return std::move(states_);
  }

 private:
  size_t waiting_frames() const { return c_.lookahead_frames() - c_.conv_lookahead_frames; }

  void Keep(const std::string& stem, const Value& next, std::vector<size_t> shape) {
    states_.push_back(
        {.in = stem + "_s0", .out = stem + "_s1", .next = next, .shape = std::move(shape)});
  }

  // The last `past` values of `newest` and itself: [1, past + 1, ..], oldest first.
  Value Queue(const std::string& stem, const Value& newest, size_t past, size_t rows,
              size_t columns) {
    if (past == 0) return newest;
    const Value queue = g_.Concat(stem + "/queue", {stem + "_s0", newest}, kFrameAxis);
    Keep(stem, g_.Last(stem + "/next", queue, kFrameAxis, Int(past)), {1, past, rows, columns});
    return queue;
  }

  // The frame counter stops when nothing depends on it any more.
  void Count() {
    const Value count = "frame_count_s0";
    const auto last = static_cast<float>(std::max<size_t>(c_.conv_lookahead_frames, 1));
    const Value more = g_.Add("Add", "frame_count/more", {count, g_.Number(1.0f)});
    Keep("frame_count", g_.Add("Min", "frame_count/next", {more, g_.Number(last)}), {1});
    is_first_ = g_.Add("Less", "frame_count/first", {count, g_.Number(1.0f)});
    if (c_.conv_lookahead_frames == 0) return;
    const Value start = g_.Number(static_cast<float>(c_.conv_lookahead_frames));
    const Value is_early = g_.Add("Less", "frame_count/early", {count, start});
    runs_ = g_.Add("Not", "frame_count/runs", {is_early});
  }

  // `value` when the network runs, `otherwise` before.
  Value Held(const std::string& name, const Value& value, const Value& otherwise) {
    if (runs_.empty()) return value;
    return g_.Add("Where", name + "/held", {runs_, value, otherwise});
  }

  // The spectrum of the newest frame, [1, 2, F]; see `fourier_matrix.h`.
  Value Analyze() {
    const size_t hop = c_.hop_size;
    const Value samples =
        g_.Concat("stft_analysis/samples", {"stft_analysis_s0", "input_frame"}, 1);
    Keep("stft_analysis", g_.Last("stft_analysis/next", samples, 1, Int(hop)), {1, hop});
    std::vector<float> window = VorbisWindow(c_.fft_size);
    for (float& value : window) value /= static_cast<float>(c_.fft_size);
    const Value weights = g_.Constant("stft_analysis.window", {1, c_.fft_size}, std::move(window));
    const Value y = g_.Add("Mul", "stft_analysis/windowed", {samples, weights});

    const auto part = [&](const char* name, size_t from, size_t to) {
      return g_.Slice(std::string("stft_analysis/") + name, y, 1, Int(from), Int(to));
    };
    const Value front = part("front", 1, hop);
    const Value back = g_.Reversed("stft_analysis/mirrored", part("back", hop + 1, c_.fft_size), 1);
    const Value sums = g_.Add("Add", "stft_analysis/sums", {front, back});
    const Value even = g_.Concat("stft_analysis/even",
                                 {part("first", 0, 1), sums, part("middle", hop, hop + 1)}, 1);
    // The operands are swapped against `odd`, which turns the sine's sign.
    const Value odd = g_.Add("Sub", "stft_analysis/odd", {back, front});
    const Value re = g_.Add("MatMul", "stft_analysis/re", {even, Cosines()});
    const Value im = g_.Add("MatMul", "stft_analysis/im", {odd, Sines()});
    const Value none = g_.Constant("stft_analysis.zero", {1, 1}, {0.0f});
    const Value parts = g_.Concat("stft_analysis/parts", {re, none, im, none}, 1);
    return g_.Reshape("stft_analysis/spectrum", parts, {1, 2, Int(c_.freq_bins())});
  }

  Value Cosines() {
    if (cosines_.empty()) {
      const size_t size = c_.freq_bins();
      cosines_ = g_.Constant("stft.cosines", {size, size}, CosineMatrix(c_.fft_size));
    }
    return cosines_;
  }
  Value Sines() {
    if (sines_.empty()) {
      const size_t size = c_.freq_bins() - 2;
      sines_ = g_.Constant("stft.sines", {size, size}, SineMatrix(c_.fft_size));
    }
    return sines_;
  }

  // mean' = (1 - alpha) value + alpha mean over [1, N], no smaller than a `least` above 0; the
  // first mean is the norm's start.
  Value RunningMean(const std::string& stem, const char* entry, const Value& value, float least) {
    const StateLayout layout = SignalStateLayout(c_);
    std::vector<float> block(layout.size());
    layout.Reset(block.data());
    const StateEntry& start = *layout.Find(entry);
    const Value first = g_.Constant(
        stem + ".start", {1, start.size},
        {block.begin() + Int(start.offset), block.begin() + Int(start.offset) + Int(start.size)});
    const Value mean = g_.Add("Where", stem + "/mean", {is_first_, first, stem + "_s0"});
    const Value fresh = g_.Add("Mul", stem + "/fresh", {value, g_.Number(1.0f - c_.norm_alpha)});
    const Value kept = g_.Add("Mul", stem + "/kept", {mean, g_.Number(c_.norm_alpha)});
    Value next = g_.Add("Add", stem + "/next", {fresh, kept});
    if (least > 0.0f) next = g_.Add("Max", stem + "/bounded", {next, g_.Number(least)});
    Keep(stem, next, {1, start.size});
    return next;
  }

  // feat_erb [1, 1, 1, E] and feat_spec [1, 2, 1, D] of a spectrum [1, 2, F].
  std::pair<Value, Value> Features(const Value& frame) {
    const Value squares = g_.Add("Mul", "features/squares", {frame, frame});
    const Value power =
        g_.Add("ReduceSum", "features/power", {squares, g_.Ints({1})}, {{"keepdims", int64_t{0}}});
    return {ErbFeatures(power), SpecFeatures(frame, power)};
  }

  Value ErbFeatures(const Value& power) {
    const size_t bins = c_.freq_bins();
    std::vector<float> means(bins * c_.erb_bands, 0.0f);
    size_t bin = 0;
    for (size_t band = 0; band < c_.erb_bands; ++band) {
      const size_t width = bands_.widths()[band];
      for (size_t i = 0; i < width; ++i, ++bin) {
        means[bin * c_.erb_bands + band] = 1.0f / static_cast<float>(width);
      }
    }
    const Value matrix = g_.Constant("features.band_means", {bins, c_.erb_bands}, std::move(means));
    const Value mean = g_.Add("MatMul", "features/band_power", {power, matrix});
    const Value bounded = g_.Add("Add", "features/bounded", {mean, g_.Number(1e-10f)});
    const Value log = g_.Add("Log", "features/log", {bounded});
    constexpr float kDecibels = 4.3429448190325183f;  // 10 / ln 10
    const Value level_db = g_.Add("Mul", "features/level_db", {log, g_.Number(kDecibels)});
    const Value over = g_.Add("Sub", "features/over",
                              {level_db, RunningMean("norm_erb", "norm.erb", level_db, 0.0f)});
    const Value feature = g_.Add("Div", "features/erb", {over, g_.Number(40.0f)});
    return g_.Reshape("features/feat_erb", feature, {1, 1, 1, Int(c_.erb_bands)});
  }

  Value SpecFeatures(const Value& frame, const Value& power) {
    const Value low_power = g_.Slice("features/low_power", power, 1, 0, Int(c_.df_bins));
    const Value magnitude = g_.Add("Sqrt", "features/magnitude", {low_power});
    // Endless silence must not lead the mean to 0, by which the features are divided.
    const Value mean =
        RunningMean("norm_spec", "norm.spec", magnitude, std::numeric_limits<float>::min());
    const Value root = g_.Add("Sqrt", "features/root", {mean});
    const Value low = g_.Slice("features/low", frame, 2, 0, Int(c_.df_bins));
    const Value feature = g_.Add("Div", "features/spec", {low, root});
    return g_.Reshape("features/feat_spec", feature, {1, 2, 1, Int(c_.df_bins)});
  }

  // Spectra [1, 1, 2, F] times the gains [1, 1, 1, E] of their bins' bands.
  Value Masked(const Value& spectrum, const Value& gains) {
    std::vector<int64_t> band_of_bin;
    for (size_t band = 0; band < c_.erb_bands; ++band) {
      band_of_bin.insert(band_of_bin.end(), bands_.widths()[band], Int(band));
    }
    const Value by_bin =
        g_.Add("Gather", "mask/by_bin", {gains, g_.Ints(band_of_bin)}, {{"axis", kBinAxis}});
    return g_.Add("Mul", "mask/masked", {spectrum, by_bin});
  }

  // sum_o S[k - past + o] C[o] over spectra [1, O, 2, >= D] and coefs [1, 1, D, 2 O]; complex.
  Value Filtered(const Value& spectra, const Value& coefs) {
    const Value taps = g_.Reshape("filter/taps", coefs, {1, Int(c_.df_bins), Int(c_.df_order), 2});
    const Value c = g_.Transpose("filter/taps_first", taps, {0, 2, 3, 1});  // [1, O, 2, D]
    const Value s = g_.Slice("filter/low", spectra, kBinAxis, 0, Int(c_.df_bins));
    const auto part = [this](const char* name, const Value& value, int64_t index) {
      return g_.Slice(std::string("filter/") + name, value, kPartAxis, index, index + 1);
    };
    const Value s_re = part("s_re", s, 0), s_im = part("s_im", s, 1);
    const Value c_re = part("c_re", c, 0), c_im = part("c_im", c, 1);
    const auto product = [this](const char* name, const Value& a, const Value& b) {
      return g_.Add("Mul", std::string("filter/") + name, {a, b});
    };
    const Value re =
        g_.Add("Sub", "filter/re", {product("re_re", s_re, c_re), product("im_im", s_im, c_im)});
    const Value im =
        g_.Add("Add", "filter/im", {product("re_im", s_re, c_im), product("im_re", s_im, c_re)});
    const Value terms = g_.Concat("filter/terms", {re, im}, kPartAxis);
    return g_.Add("ReduceSum", "filter/sum", {terms, g_.Ints({kFrameAxis})},
                  {{"keepdims", int64_t{1}}});
  }

  // The enhanced spectrum of frame k = n without a deep filter, [1, 1, 2, F].
  Value MaskAlone(const Value& frame, const Value& gains) {
    const Value newest = g_.Reshape("spec_noisy/newest", frame, {1, 1, 2, Int(c_.freq_bins())});
    const Value noisy = Oldest(
        "spec_noisy", Queue("spec_noisy", newest, c_.conv_lookahead_frames, 2, c_.freq_bins()));
    if (!c_.post_filter) return Masked(noisy, gains);
    if (c_.post_filters_gains()) return Masked(noisy, PostFilteredGains(gains));
    return PostFilteredSpectrum(noisy, Masked(noisy, gains));
  }

  // The enhanced spectrum of frame k, [1, 1, 2, F].
  Value Enhance(const Value& frame, const Value& gains, const Value& coefs) {
    const size_t bins = c_.freq_bins();
    const size_t order = c_.df_order;
    const size_t past = c_.df_past_frames();
    const Value newest = g_.Reshape("spec_noisy/newest", frame, {1, 1, 2, Int(bins)});
    const Value kept = runs_.empty() ? coefs : Gated(coefs);
    const Value coefs_k =
        Oldest("coefs", Queue("coefs", kept, waiting_frames(), c_.df_bins, 2 * order));
    if (c_.filters_masked_spectrum()) {
      const Value noisy = Queue("spec_noisy", newest, c_.conv_lookahead_frames, 2, bins);
      const Value allowed = c_.post_filter ? PostFilteredGains(gains) : gains;
      const Value masked_n = Masked(Oldest("spec_noisy", noisy), allowed);
      const Value masked = Queue("spec_masked", masked_n, order - 1, 2, bins);
      const Value masked_k =
          g_.Slice("spec_masked/k", masked, kFrameAxis, Int(past), Int(past) + 1);
      return Joined(Filtered(masked, coefs_k), masked_k);
    }
    // The queue's oldest frame is the filter's oldest one; k is `past` frames behind it.
    const Value noisy = Queue("spec_noisy", newest, c_.lookahead_frames() + past, 2, bins);
    const Value noisy_k = g_.Slice("spec_noisy/k", noisy, kFrameAxis, Int(past), Int(past) + 1);
    Value gains_k;
    if (c_.has_erb_stage()) {
      gains_k = Oldest("gains", Queue("gains", gains, waiting_frames(), 1, c_.erb_bands));
    }
    const Value span = g_.Slice("spec_noisy/span", noisy, kFrameAxis, 0, Int(order));
    const Value masked_k = gains_k.empty() ? Value() : Masked(noisy_k, gains_k);
    const Value enhanced = Joined(Filtered(span, coefs_k), masked_k);
    return c_.post_filter ? PostFilteredSpectrum(noisy_k, enhanced) : enhanced;
  }

  Value Oldest(const std::string& stem, const Value& queue) {
    return g_.Slice(stem + "/oldest", queue, kFrameAxis, 0, 1);
  }

  // Frames before the first have no coefficients: the filter must give zeros there.
  Value Gated(const Value& coefs) {
    const Value gate = g_.Add("Cast", "coefs/gate", {runs_},
                              {{"to", static_cast<int64_t>(onnx::DataType::kFloat)}});
    return g_.Add("Mul", "coefs/gated", {coefs, gate});
  }

  // Filtered bins below D, masked ones from there on; silent ones if `masked` is empty.
  Value Joined(const Value& filtered, const Value& masked) {
    if (c_.df_bins == c_.freq_bins()) return filtered;
    const size_t above = c_.freq_bins() - c_.df_bins;
    const Value high =
        masked.empty()
            ? g_.Constant("enhanced.silence", {1, 1, 2, above}, std::vector<float>(2 * above))
            : g_.Slice("enhanced/high", masked, kBinAxis, Int(c_.df_bins), Int(c_.freq_bins()));
    return g_.Concat("enhanced/joined", {filtered, high}, kBinAxis);
  }

  // (1 + b) / (1 + b (g / max(g sin(pi g / 2), 1e-12))^2), the factor of both post filters; in
  // DeepFilterNet3 the lower bound is on the sine alone.
  Value PostFilterFactor(const Value& gain) {
    const std::string name = "post_filter/";
    constexpr float kHalfPi = 1.57079632679489662f;
    const Value angle = g_.Add("Mul", name + "angle", {gain, g_.Number(kHalfPi)});
    const Value least = g_.Number(1e-12f);
    Value sine = g_.Add("Sin", name + "sine", {angle});
    Value shaped;
    if (c_.filters_masked_spectrum()) {
      shaped = g_.Add("Mul", name + "shaped", {gain, sine});
      shaped = g_.Add("Max", name + "bounded", {shaped, least});
    } else {
      sine = g_.Add("Max", name + "bounded", {sine, least});
      shaped = g_.Add("Mul", name + "shaped", {gain, sine});
    }
    const Value ratio = g_.Add("Div", name + "ratio", {gain, shaped});
    const Value square = g_.Add("Mul", name + "square", {ratio, ratio});
    const Value weighted =
        g_.Add("Mul", name + "weighted", {square, g_.Number(c_.post_filter_beta)});
    const Value below = g_.Add("Add", name + "below", {weighted, g_.Number(1.0f)});
    return g_.Add("Div", name + "factor", {g_.Number(1.0f + c_.post_filter_beta), below});
  }

  Value PostFilteredGains(const Value& gains) {
    return g_.Add("Mul", "post_filter/gains", {gains, PostFilterFactor(gains)});
  }

  Value PostFilteredSpectrum(const Value& noisy, const Value& enhanced) {
    const auto magnitude = [this](const std::string& name, const Value& spectrum) {
      const Value squares = g_.Add("Mul", name + "_squares", {spectrum, spectrum});
      const Value power = g_.Add("ReduceSum", name + "_power", {squares, g_.Ints({kPartAxis})},
                                 {{"keepdims", int64_t{1}}});
      return g_.Add("Sqrt", name, {power});
    };
    const Value least = g_.Number(1e-12f);
    const Value below =
        g_.Add("Add", "post_filter/noisy_bounded", {magnitude("post_filter/noisy", noisy), least});
    const Value ratio =
        g_.Add("Div", "post_filter/gain", {magnitude("post_filter/enhanced", enhanced), below});
    const Value bounded = g_.Add("Max", "post_filter/gain_least", {ratio, least});
    const Value gain = g_.Add("Min", "post_filter/gain_most", {bounded, g_.Number(1.0f)});
    return g_.Add("Mul", "post_filter/spectrum", {enhanced, PostFilterFactor(gain)});
  }

  // Synthesis and overlap-add; see `fourier_matrix.h`.
  void Emit(const Value& spectrum) {
    const size_t bins = c_.freq_bins();
    const size_t hop = c_.hop_size;
    const Value flat = g_.Reshape("stft_synthesis/flat", spectrum, {1, Int(2 * bins)});
    const Value re = g_.Slice("stft_synthesis/re", flat, 1, 0, Int(bins));
    // The first and the last bin of a real signal have no imaginary parts; those here are ignored.
    const Value im = g_.Slice("stft_synthesis/im", flat, 1, Int(bins + 1), Int(2 * bins - 1));
    // Each other bin counts for its mirror image too.
    std::vector<float> twice(bins, 2.0f);
    twice.front() = twice.back() = 1.0f;
    const Value counts = g_.Constant("stft_synthesis.counts", {1, bins}, std::move(twice));
    const Value re_all = g_.Add("Mul", "stft_synthesis/re_all", {re, counts});
    const Value im_all = g_.Add("Mul", "stft_synthesis/im_all", {im, g_.Number(2.0f)});
    const Value even = g_.Add("MatMul", "stft_synthesis/even", {re_all, Cosines()});
    const Value odd = g_.Add("MatMul", "stft_synthesis/odd", {im_all, Sines()});

    const Value inner = g_.Slice("stft_synthesis/inner", even, 1, 1, Int(hop));
    const Value front = g_.Add("Sub", "stft_synthesis/front", {inner, odd});
    const Value sums = g_.Add("Add", "stft_synthesis/sums", {inner, odd});
    const Value back = g_.Reversed("stft_synthesis/back", sums, 1);
    const Value first = g_.Slice("stft_synthesis/first", even, 1, 0, 1);
    const Value middle = g_.Last("stft_synthesis/middle", even, 1, 1);
    const Value y = g_.Concat("stft_synthesis/frame", {first, front, middle, back}, 1);
    const Value window =
        g_.Constant("stft_synthesis.window", {1, c_.fft_size}, VorbisWindow(c_.fft_size));
    const Value samples = g_.Add("Mul", "stft_synthesis/samples", {y, window});

    const Value now = g_.Slice("stft_synthesis/now", samples, 1, 0, Int(hop));
    const Value sum = g_.Add("Add", "stft_synthesis/sum", {now, "stft_synthesis_s0"});
    g_.Output(sum, "enhanced_frame", {1, hop});
    Keep("stft_synthesis", g_.Last("stft_synthesis/next", samples, 1, Int(hop)), {1, hop});
  }

  const Config& c_;
  const ErbBands& bands_;
  NetworkGraph& network_;
  GraphBuilder& g_;
  Value is_first_;  // bool [1]
  Value runs_;      // bool [1]; empty: from the first frame on
  Value cosines_;   // empty until they are in the graph
  Value sines_;
  std::vector<GraphState> states_;
};

}  // namespace

Result<std::vector<GraphState>> WriteAudioGraph(const Model& model, NetworkGraph& network,
                                                GraphBuilder& builder) {
  const Config& c = model.config;
  DFN_TRY(const ErbBands bands,
          ErbBands::Create(c.sample_rate_hz, c.fft_size, c.erb_bands, c.min_erb_band_bins));
  return AudioGraph(model, bands, network, builder).Write();
}

}  // namespace dfn
