// What was wrong with a sound that could be read all the same.
#ifndef DEEPFILTER_AUDIO_SOUND_FAULTS_H_
#define DEEPFILTER_AUDIO_SOUND_FAULTS_H_

#include <string>

namespace dfn {

struct SoundFaults {
  std::string note;      // a sentence that begins with the sound's name; empty: nothing was wrong
  bool damaged = false;  // some of the sound is missing or silent, as it could not be decoded

  // Appends a sentence about the sound of this name.
  void Add(const std::string& name, const std::string& sentence);
};

// Sentences that several readers say. Lengths are in seconds.
std::string CutShort(double length, double declared);
std::string NeverCompleted(double length);
std::string LongerThanDeclared(double length, double declared);

// "12.3 s".
std::string SecondsText(double seconds);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_FAULTS_H_
