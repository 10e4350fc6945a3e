// The network's two inputs, which are spectra normalised by their running means.
#ifndef DEEPFILTER_DSP_FEATURE_NORM_H_
#define DEEPFILTER_DSP_FEATURE_NORM_H_

#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// Computes the level of each band in dB over its running mean, in units of 40 dB (libDF `feat_erb`,
// `band_mean_norm_erb`):
//   e = 10 log10(power + 1e-10)    mean' = (1 - alpha) e + alpha mean    feature = (e - mean') / 40
//   power, mean, feature: [bands]; mean is read and written, in dB; feature may be power.
// Real-time safe.
void NormalizeErb(const float* power, size_t bands, float alpha, float* mean,
                  float* feature) noexcept DFN_REALTIME;

// Divides the spectrum by the root of its running mean magnitude (libDF `feat_cplx`,
// `band_unit_norm`):
//   mean' = (1 - alpha) |X| + alpha mean      feature = X / sqrt(mean')
//   spectrum, feature: [bins, 2]; mean: [bins], read and written, positive. The mean stops at the
//   least normal float, so that endless silence neither slows the machine down nor divides 0 by 0
//   on machines that treat denormal numbers as zero. Real-time safe.
void NormalizeSpectrum(const float* spectrum, size_t bins, float alpha, float* mean,
                       float* feature) noexcept DFN_REALTIME;

// Moves a running mean to where it would be had all spectra so far been `change_db` louder, so that
// a change of level from the next frame on is no step in the features. What is left in the mean of
// its value at the start, `start` [bands or bins] times alpha^frames = `start_share`, stays:
//   NormalizeErb:       mean += change_db (1 - start_share)
//   NormalizeSpectrum:  mean  = start start_share + (mean - start start_share) 10^(change_db / 20)
// The 1e-10 in NormalizeErb is not seen to. Real-time safe.
void MoveErbMean(float change_db, float start_share, size_t bands,
                 float* mean) noexcept DFN_REALTIME;
void MoveSpectrumMean(float change_db, float start_share, const float* start, size_t bins,
                      float* mean) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_DSP_FEATURE_NORM_H_
