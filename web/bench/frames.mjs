// From times of calls of a worklet to times of frames.

const quantumSamples = 128;
const frameSamples = 480;

/**
 * Microseconds of processor time for each 10 ms of sound, out of a trace of Chromium: those of the
 * render quanta that end in it. Time in which the thread did not run does not count.
 */
export function frameTimes(trace, settleMs = 1000) {
  const calls = trace.traceEvents.filter(
    ({ name, tdur }) => name === 'AudioWorkletProcessor::Process' && tdur !== undefined,
  );
  calls.sort((a, b) => a.ts - b.ts);
  const frames = [];
  let end = 0;
  for (const { tdur } of calls.slice(Math.floor((settleMs * 48) / quantumSamples))) {
    end += quantumSamples;
    const frame = Math.floor(end / frameSamples);
    frames[frame] = (frames[frame] ?? 0) + tdur;
  }
  // The first and the last are cut.
  return frames.slice(1, -1);
}

/** The value below which this share of the values lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
