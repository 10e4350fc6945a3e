// Decodes a sound file with libsndfile, wherever its header or a part of it is damaged, too.
#ifndef DEEPFILTER_AUDIO_SOUND_DECODER_H_
#define DEEPFILTER_AUDIO_SOUND_DECODER_H_

#include <sndfile.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audio/file_view.h"
#include "audio/flac_frames.h"
#include "audio/ogg_pages.h"
#include "audio/sound_extent.h"
#include "audio/sound_faults.h"
#include "base/result.h"
#include "os/owned_descriptor.h"

namespace dfn {

// libsndfile's sentence about its last error, without opening and full stop. With no file: about
// the file that could not be opened, of which there is one for all threads.
std::string LibraryText(SNDFILE* file);

// A header that was never completed is read as if it were right (sound_extent.h), with the same
// decoder; a file that is whole is opened as it is. Decoding goes on behind damage: in FLAC the
// missing part is silent, so that what follows keeps its time; in MP3 and Ogg it is left out.
// Sounds that lie in an Ogg or MP3 file one behind the other are read as one.
class SoundDecoder {
 public:
  // `descriptor` can seek and outlives this, unless `owned` has it. Errors: kUnsupported, kIo.
  static Result<std::unique_ptr<SoundDecoder>> Open(int descriptor, OwnedDescriptor owned,
                                                    const std::string& name);

  // libsndfile's handle, for what it knows besides samples. Reading samples is for Read alone.
  SNDFILE* file() const { return file_.get(); }
  const SF_INFO& info() const { return info_; }
  // Nothing where the length is not known before the end.
  std::optional<uint64_t> declared_frames() const {
    return knows_length() ? std::optional(static_cast<uint64_t>(info_.frames)) : std::nullopt;
  }

  // Fills `interleaved` [frames, channels] as SoundReader::Read does. Errors: kIo; kCorrupt (there
  // are bytes of sound, and none of them can be decoded).
  Result<size_t> Read(float* interleaved, size_t frames);

  // Complete once Read has returned 0.
  const SoundFaults& faults() const { return faults_; }

 private:
  struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
  };
  // What libsndfile reads from. By itself it would take what the system cannot read for the end of
  // the file, or leave a header half-read and decode other samples.
  struct Device {
    PiecedFile file;
    uint64_t position = 0;
  };

  // One of the sounds that lie in a file one behind the other.
  struct Link {
    uint64_t offset = 0;    // in the file
    uint64_t start = 0;     // frames before it
    sf_count_t frames = 0;  // as declared
  };

  SoundDecoder(int descriptor, OwnedDescriptor owned, std::string name);
  bool OpenPieces(std::vector<FilePiece> pieces, SF_INFO& info);
  Status OpenFile();
  Error CannotRead(const std::string& where) const;
  bool is(int container) const { return (info_.format & SF_FORMAT_TYPEMASK) == container; }
  bool knows_length() const;
  double Seconds(uint64_t frames) const;

  size_t ReadSome(float* interleaved, size_t frames);
  size_t StepFrames() const;
  bool GoOnBehindEnd();
  bool GoOnBehindDamage();
  bool GoOnInFlac();
  uint64_t MostFlacSample(const FlacStart& start, const FlacFrame& frame) const;

  // Says what was wrong.
  Status Finish();
  uint64_t UndecodedBytes() const;
  void NoteExtent();
  void NoteFlac();
  void NoteMp3();
  void NoteOgg(const OggPages& pages);
  uint64_t MissingInLink() const;
  void NoteEnd();
  void NoteDamage();
  void Note(const std::string& sentence);

  int descriptor_;
  OwnedDescriptor owned_;
  std::string name_;
  FileView view_;
  SoundExtent extent_;
  std::unique_ptr<Device> device_;  // before file_, which uses it
  std::unique_ptr<SNDFILE, Close> file_;
  SF_INFO info_{};
  Link link_;
  uint64_t position_ = 0;               // frames that Read has returned
  std::optional<uint64_t> damaged_at_;  // frames before the first damage
  uint64_t silent_ = 0;                 // frames of silence that stand for damage and come next
  uint64_t silenced_ = 0;               // all of them so far
  uint64_t missing_ = 0;                // frames that are left out, where it is known
  uint64_t flac_offset_ = 0;            // where the search for the next frame begins
  size_t resumptions_ = 0;              // behind damage
  int ended_by_ = 0;                    // libsndfile's last error; 0: none
  bool finished_ = false;
  SoundFaults faults_;
};

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_DECODER_H_
