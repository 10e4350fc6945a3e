#include "cli/enhance/file_crews.h"

#include <algorithm>
#include <utility>

#include "os/cache_size.h"

namespace dfn {
namespace {

// An engine whose denoisers are a crew's.
class CrewEngine final : public Engine {
 public:
  CrewEngine(const Engine& engine, DenoiserCrew& crew) : engine_(engine), crew_(crew) {}

  const EngineInfo& info() const noexcept override { return engine_.info(); }
  const Config* config() const noexcept override { return engine_.config(); }
  size_t sample_rate_hz() const noexcept override { return engine_.sample_rate_hz(); }
  size_t fft_size() const noexcept override { return engine_.fft_size(); }
  std::shared_ptr<const Network> network() const override { return engine_.network(); }
  Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options) const override {
    return crew_.NewDenoiser(options);
  }
  Status status() const override { return engine_.status(); }

 private:
  const Engine& engine_;
  DenoiserCrew& crew_;
};

}  // namespace

Result<std::unique_ptr<FileCrews>> FileCrews::Create(const Engine& engine, size_t files,
                                                     size_t threads, bool shares) {
  const size_t crews = std::min(threads, files);
  const BatchShape shape = ChooseBatchShape(SecondLevelCacheBytes());
  const size_t streams = std::min(shape.streams, (files + crews - 1) / crews);
  const std::shared_ptr<const Network> network = engine.network();
  // An engine that takes a frame of a stream at a time takes one stream at a time, too.
  if (!shares || streams == 1 || network == nullptr || network->max_frames_a_stream() == 1) {
    return std::unique_ptr<FileCrews>(new FileCrews(engine, crews));
  }
  std::unique_ptr<FileCrews> made(new FileCrews(engine, std::min(files, crews * streams)));
  for (size_t i = 0; i < crews; ++i) {
    DFN_TRY(auto denoisers, DenoiserCrew::Create(network, shape));
    auto crew_engine = std::make_unique<const CrewEngine>(engine, *denoisers);
    made->crews_.push_back(
        {.denoisers = std::move(denoisers), .engine = std::move(crew_engine), .sounds = 0});
  }
  return made;
}

void FileCrews::Enhance(const std::function<void(const Engine& engine)>& work) {
  if (crews_.empty()) return work(engine_);
  // Also where `work` throws: a crew has no room for more sounds than it was made for.
  struct Place {
    FileCrews& crews;
    Crew& crew;
    explicit Place(FileCrews& all) : crews(all), crew(all.TakePlace()) {}
    ~Place() {
      const std::lock_guard lock(crews.mutex_);
      --crew.sounds;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
  } place(*this);
  const DenoiserCrew::Member member(*place.crew.denoisers);
  work(*place.crew.engine);
}

FileCrews::Crew& FileCrews::TakePlace() {
  const std::lock_guard lock(mutex_);
  Crew& least = *std::min_element(crews_.begin(), crews_.end(),
                                  [](const Crew& a, const Crew& b) { return a.sounds < b.sounds; });
  ++least.sounds;
  return least;
}

}  // namespace dfn
