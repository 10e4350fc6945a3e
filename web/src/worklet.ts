// The script of the audio thread. Its scope, and with it the library and the models, is one for all
// nodes of a context.
import { DeepFilterError, type Core, type Model, type Stream } from './core.js';
import { openLibrary } from './library.js';
import {
  hostName,
  nodeName,
  type Controls,
  type FromHost,
  type FromNode,
  type ProcessorSetup,
  type ToHost,
  type ToNode,
} from './messages.js';
import { LoadClock, LevelMeter } from './meters.js';

let core: Core | undefined;
// By the number of the request that loaded them.
const models = new Map<number, Model>();

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Loads the library, and loads and unloads models. */
class Host extends AudioWorkletProcessor {
  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToHost>) => void this.#answer(data);
  }

  async #answer(request: ToHost): Promise<void> {
    if (request.type === 'unload') {
      models.get(request.model)?.free();
      models.delete(request.model);
      return;
    }
    const answer: FromHost = { id: request.id };
    try {
      if (request.type === 'library') core ??= await openLibrary(request.bytes);
      else models.set(request.id, this.#open(request.bytes));
    } catch (error) {
      answer.error = sentence(error);
    }
    this.port.postMessage(answer);
  }

  #open(bytes: ArrayBuffer): Model {
    if (!core) throw new DeepFilterError('the library has not been loaded');
    return core.openModel(new Uint8Array(bytes));
  }

  // Messages come whether or not it is called.
  process(): boolean {
    return false;
  }
}

/** One stream. After the constructor nothing is allocated but by a change of the quantum's length. */
class Denoiser extends AudioWorkletProcessor {
  readonly #setup: ProcessorSetup;
  #stream: Stream | undefined;
  #silence = new Float32Array(128);
  // As many inputs as the stream has channels, whatever comes in.
  readonly #input: Float32Array[] = [];
  readonly #clock = new LoadClock();
  readonly #inputLevel = new LevelMeter();
  readonly #outputLevel = new LevelMeter();
  readonly #meterSamples: number;
  #untilMeter: number;
  readonly #message: Extract<FromNode, { type: 'meter' }> = {
    type: 'meter',
    meter: { localSnrDb: 0, levelGainDb: 0, inputDb: 0, outputDb: 0, load: 0 },
  };

  constructor({ processorOptions }: { processorOptions: ProcessorSetup }) {
    super();
    const setup = (this.#setup = processorOptions);
    this.#meterSamples = (setup.meterIntervalMs / 1000) * sampleRate;
    this.#untilMeter = this.#meterSamples;
    for (let c = 0; c < setup.channels; ++c) this.#input.push(this.#silence);
    this.port.onmessage = ({ data }: MessageEvent<ToNode>) => {
      if (data.type === 'set') this.#set(data.controls);
      else this.#destroy();
    };
    try {
      this.#stream = this.#open();
      this.#set({ enabled: setup.enabled });
      this.#tell({ type: 'ready', delaySamples: this.#stream.delaySamples });
    } catch (error) {
      this.#tell({ type: 'error', error: sentence(error) });
    }
  }

  #open(): Stream {
    const model = models.get(this.#setup.model);
    if (!model) throw new DeepFilterError('the model has been unloaded before the node was made');
    const { channels, channelMode, spread, attenuationLimitDb, postFilterBeta, level } = this.#setup;
    return model.createStream({
      sampleRate,
      channels,
      channelMode,
      spread,
      attenuationLimitDb,
      postFilterBeta,
      level,
    });
  }

  #tell(message: FromNode): void {
    this.port.postMessage(message);
  }

  #set(controls: Partial<Controls>): void {
    const stream = this.#stream;
    if (!stream) return;
    if (controls.attenuationLimitDb !== undefined) stream.setAttenuationLimitDb(controls.attenuationLimitDb);
    if (controls.postFilterBeta !== undefined) stream.setPostFilterBeta(controls.postFilterBeta);
    if (controls.level !== undefined) stream.setLevel(controls.level);
    if (controls.enabled !== undefined) stream.setBypass(!controls.enabled);
  }

  #destroy(): void {
    this.#stream?.free();
    this.#stream = undefined;
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const stream = this.#stream;
    if (!stream) return false;
    const output = outputs[0];
    const samples = output[0].length;
    const input = this.#takeInput(inputs[0], samples);
    if (this.#meterSamples <= 0) {
      stream.process(input, output, samples);
      return true;
    }
    this.#inputLevel.add(input, samples);
    this.#clock.start();
    stream.process(input, output, samples);
    this.#clock.stop(samples / sampleRate);
    this.#outputLevel.add(output, samples);
    this.#untilMeter -= samples;
    if (this.#untilMeter <= 0) this.#sendMeter(stream);
    return true;
  }

  // An input that nothing feeds has no channels: it is silence, and the delay goes on.
  #takeInput(given: Float32Array[], samples: number): Float32Array[] {
    if (given.length === this.#input.length) return given;
    if (this.#silence.length !== samples) this.#silence = new Float32Array(samples);
    for (let c = 0; c < this.#input.length; ++c) {
      this.#input[c] = given.length === 0 ? this.#silence : given[Math.min(c, given.length - 1)];
    }
    return this.#input;
  }

  #sendMeter(stream: Stream): void {
    this.#untilMeter += this.#meterSamples;
    const meter = this.#message.meter;
    meter.localSnrDb = stream.localSnrDb;
    meter.levelGainDb = stream.levelGainDb;
    meter.inputDb = this.#inputLevel.take();
    meter.outputDb = this.#outputLevel.take();
    meter.load = this.#clock.load;
    this.#tell(this.#message);
  }
}

registerProcessor(hostName, Host);
registerProcessor(nodeName, Denoiser);
