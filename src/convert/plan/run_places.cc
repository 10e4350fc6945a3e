#include "convert/plan/run_places.h"

#include <utility>

#include "convert/config/value_names.h"

namespace dfn {

std::vector<RunPlace> RunPlaces(GraphSet set, const Config& config, const GruNames& gru,
                                bool has_skip) {
  const auto encoder = [](const char* name, std::vector<std::string> results) {
    return RunPlace{&RunPlan::encoder, RunPart::kEncoder, name, std::move(results)};
  };
  if (set == GraphSet::kCombined) {
    std::vector<std::string> results = {"lsnr", "m"};
    if (!config.mask_only) results.push_back("coefs");
    return {encoder("combined", std::move(results))};
  }
  std::vector<RunPlace> places;
  std::vector<std::string> maps(kErbMaps.begin(), kErbMaps.end());
  if (!config.mask_only) maps.push_back("c0");
  if (set == GraphSet::kStreaming) {
    maps.push_back(gru.input);
    if (has_skip) maps.push_back("emb_skip");
    places = {encoder("enc_conv", std::move(maps)), encoder("enc_gru", {gru.output, "lsnr"})};
  } else {
    maps.insert(maps.end(), {"emb", "lsnr"});
    places = {encoder("enc", std::move(maps))};
  }
  places.push_back({&RunPlan::erb_decoder, RunPart::kErbDecoder, "erb_dec", {"m"}});
  if (config.mask_only) return places;
  places.push_back({&RunPlan::df_decoder, RunPart::kDfDecoder, "df_dec", {"coefs"}});
  return places;
}

}  // namespace dfn
