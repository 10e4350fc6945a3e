// A module with one function of one vector instruction: (func (drop (i8x16.popcnt (v128.const 0)))).
const simdModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 25, 1, 23, 0, 253, 12, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 253, 98, 26, 11,
]);

/** Whether WebAssembly has the vector instructions that the library is compiled for. */
export function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(simdModule);
}

/**
 * Whether this browser can run a DeepFilterNode: WebAssembly with SIMD and AudioWorklet, which only
 * pages of a secure context (https or localhost) have.
 */
export function isSupported(): boolean {
  return (
    hasSimd() &&
    typeof AudioWorkletNode === 'function' &&
    typeof BaseAudioContext === 'function' &&
    'audioWorklet' in BaseAudioContext.prototype
  );
}
