// How loud the network should hear speech of a given level.
#ifndef DEEPFILTER_STREAM_DENOISE_LEVEL_RULE_H_
#define DEEPFILTER_STREAM_DENOISE_LEVEL_RULE_H_

#include "base/realtime.h"

namespace dfn {

// The most by which the network may hear the input louder or quieter than it is, in dB.
inline constexpr float kMostLevelGainDb = 60.0f;

// Levels are those of active speech in dBFS (dsp/speech_level.h). Within a zone of levels the
// network hears speech as it is, otherwise as if its level was in the middle of what networks do
// best with. docs/quality.md has the measurements behind the numbers.

// Returns the gain in dB for a sound that is known as a whole. Real-time safe.
float WholeGainDb(float level_db) noexcept DFN_REALTIME;

// Returns the gain in dB of a stream whose sound has this level so far, and voices in it for so
// long (SpeechLevel::voiced_seconds), under the gain so far; `ordinary_before`: IsOrdinarySpeech
// was true for the stream. The zone is wider than for a whole sound, as a change costs more within
// a sound than before it, and widest after ordinary speech: the network then hears speech that
// would be too quiet for its start, and a gain would be in the way of the louder talker. Sound
// without voices sets no gain, since breath and rustle before the first word are no quiet speech;
// the nearer the level is to the zone, the more of a voice is asked for, as the talker may yet
// become louder. Small changes of the level change no gain. Real-time safe.
float NextGainDb(float level_db, float voiced_seconds, bool ordinary_before,
                 float gain_db) noexcept DFN_REALTIME;

// Returns whether a stream's sound, of this level and with voices in it for so long, is speech that
// needs no gain. Real-time safe.
bool IsOrdinarySpeech(float level_db, float voiced_seconds) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_LEVEL_RULE_H_
