// Drives audio.onnx of `deepfilter export --layout audio` by onnxruntime-web: a hop of samples in,
// a hop of enhanced samples out. docs/browser.md shows this class.

export class OnnxDenoiser {
  #ort;
  #session;
  #states;

  static async open(ort, model) {
    const denoiser = new OnnxDenoiser();
    denoiser.#ort = ort;
    denoiser.#session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
    denoiser.reset();
    return denoiser;
  }

  // Every input but the samples is a state: zero at the start, then what the last call gave.
  reset() {
    const states = this.#session.inputMetadata.filter(({ name }) => name !== 'input_frame');
    this.#states = Object.fromEntries(
      states.map(({ name, shape }) => {
        const size = shape.reduce((product, n) => product * n, 1);
        return [name, new this.#ort.Tensor('float32', new Float32Array(size), shape)];
      }),
    );
  }

  async process(hop) {
    const input_frame = new this.#ort.Tensor('float32', hop, [1, hop.length]);
    const results = await this.#session.run({ input_frame, ...this.#states });
    // A state X0 goes on as X1.
    for (const name of Object.keys(this.#states)) this.#states[name] = results[name.replace(/0$/, '1')];
    return results.enhanced_frame.data;
  }
}
