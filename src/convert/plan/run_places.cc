#include "convert/plan/run_places.h"

#include <utility>

#include "convert/config/model_files.h"
#include "convert/config/value_names.h"

namespace dfn {

std::vector<RunPlace> RunPlaces(size_t graphs, const GruNames& gru, bool has_skip) {
  const auto encoder = [](const char* name, std::vector<std::string> results) {
    return RunPlace{&RunPlan::encoder, RunPart::kEncoder, name, std::move(results)};
  };
  if (graphs == 1) return {encoder("combined", {"lsnr", "m", "coefs"})};
  std::vector<RunPlace> places;
  std::vector<std::string> maps(kConvMaps.begin(), kConvMaps.end());
  if (graphs == kStreamingFiles.size()) {
    maps.push_back(gru.input);
    if (has_skip) maps.push_back("emb_skip");
    places = {encoder("enc_conv", std::move(maps)), encoder("enc_gru", {gru.output, "lsnr"})};
  } else {
    maps.insert(maps.end(), {"emb", "lsnr"});
    places = {encoder("enc", std::move(maps))};
  }
  places.push_back({&RunPlan::erb_decoder, RunPart::kErbDecoder, "erb_dec", {"m"}});
  places.push_back({&RunPlan::df_decoder, RunPart::kDfDecoder, "df_dec", {"coefs"}});
  return places;
}

}  // namespace dfn
