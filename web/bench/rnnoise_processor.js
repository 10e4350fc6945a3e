// @jitsi/rnnoise-wasm has no worklet of its own: this is the least that one needs, 480 samples a call.
import createModule from '/bench/node_modules/@jitsi/rnnoise-wasm/dist/rnnoise-sync.js';

const frame = 480;
const module = createModule();
const buffer = module._malloc(frame * 4);

registerProcessor(
  'jitsi-rnnoise',
  class extends AudioWorkletProcessor {
    #state = module._rnnoise_create();
    #input = new Float32Array(frame);
    #output = new Float32Array(frame);
    #at = 0;
    process([[input]], [[output]]) {
      for (let i = 0; i < output.length; ++i) {
        output[i] = this.#output[this.#at];
        this.#input[this.#at] = input ? input[i] * 32768 : 0;
        if (++this.#at < frame) continue;
        this.#at = 0;
        const heap = module.HEAPF32.subarray(buffer / 4, buffer / 4 + frame);
        heap.set(this.#input);
        module._rnnoise_process_frame(this.#state, buffer, buffer);
        for (let j = 0; j < frame; ++j) this.#output[j] = heap[j] / 32768;
      }
      return true;
    }
  },
);
