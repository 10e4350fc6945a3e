// One audio context's library and models, which all of its nodes share.
import {
  identityOf,
  modelUrl,
  nameOf,
  readSource,
  wasmUrl,
  workletUrl,
  type Assets,
  type Source,
} from './assets.js';
import { DeepFilterError } from './core.js';
import { hostName, type FromHost, type ToHost } from './messages.js';

interface Loaded {
  users: number;
  id: Promise<number>;
}

/** A model that a node uses. */
export interface Lease {
  id: number;
  /** The model goes when its last user has gone. */
  release(): void;
}

/** Fails as soon as the context is closed, since nothing comes back from its audio thread then. */
export async function whileOpen<T>(context: BaseAudioContext, work: Promise<T>): Promise<T> {
  let watch!: () => void;
  const closed = new Promise<never>((_, reject) => {
    watch = () => {
      if (context.state === 'closed') reject(new DeepFilterError('the audio context is closed'));
    };
    context.addEventListener('statechange', watch);
    watch();
  });
  try {
    return await Promise.race([work, closed]);
  } catch (error) {
    // Work may fail because of it, and be heard of first.
    watch();
    await Promise.race([closed, Promise.resolve()]);
    throw error;
  } finally {
    context.removeEventListener('statechange', watch);
    // Whoever loses the race may fail later, when nobody listens.
    work.catch(() => {});
    closed.catch(() => {});
  }
}

/** The processor `hostName` of a context, and what it has loaded. */
class Host {
  readonly #ready: Promise<AudioWorkletNode>;
  readonly #models = new Map<string | object, Loaded>();
  readonly #answers = new Map<number, (answer: FromHost) => void>();
  #nextId = 1;

  constructor(context: BaseAudioContext, assets: Assets) {
    this.#ready = this.#start(context, assets);
  }

  async #start(context: BaseAudioContext, assets: Assets): Promise<AudioWorkletNode> {
    const [library] = await Promise.all([
      readSource(assets.wasm ?? wasmUrl()),
      addScript(context, assets.worklet ?? workletUrl()),
    ]);
    const node = new AudioWorkletNode(context, hostName, { numberOfInputs: 0, numberOfOutputs: 1 });
    node.port.onmessage = ({ data }: MessageEvent<FromHost>) => {
      this.#answers.get(data.id)?.(data);
      this.#answers.delete(data.id);
    };
    await this.#ask(node, 'library', library);
    return node;
  }

  /** Loads the library once, and the model unless another node has it. */
  async lease(source: Source): Promise<Lease> {
    const key = identityOf(source);
    const loaded = this.#models.get(key) ?? { users: 0, id: this.#load(source) };
    this.#models.set(key, loaded);
    ++loaded.users;
    const leave = (): boolean => {
      if (--loaded.users > 0) return false;
      if (this.#models.get(key) === loaded) this.#models.delete(key);
      return true;
    };
    try {
      const id = await loaded.id;
      return { id, release: () => void (leave() && this.#unload(id)) };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #load(source: Source): Promise<number> {
    // Side by side, so that a page waits for the slower one only.
    const [node, bytes] = await Promise.all([this.#ready, readSource(source)]);
    return this.#ask(node, 'model', bytes);
  }

  async #unload(model: number): Promise<void> {
    const message: ToHost = { type: 'unload', model };
    (await this.#ready).port.postMessage(message);
  }

  async #ask(node: AudioWorkletNode, type: 'library' | 'model', bytes: ArrayBuffer): Promise<number> {
    const id = this.#nextId++;
    const message: ToHost = { type, id, bytes };
    const answer = await new Promise<FromHost>((resolve) => {
      this.#answers.set(id, resolve);
      node.port.postMessage(message, [bytes]);
    });
    if (answer.error !== undefined) throw new DeepFilterError(answer.error);
    return id;
  }

  /** Settled when the library is there, or has failed. */
  get ready(): Promise<unknown> {
    return this.#ready;
  }
}

async function addScript(context: BaseAudioContext, url: string | URL): Promise<void> {
  if (!context.audioWorklet) {
    throw new DeepFilterError(
      'this page has no AudioWorklet: the browser is too old, or the page is neither https nor localhost',
    );
  }
  try {
    await context.audioWorklet.addModule(String(url));
  } catch (error) {
    throw new DeepFilterError(
      `${nameOf(String(url))}: cannot be loaded as an audio worklet (${(error as Error).message.replace(String(url), 'its script')})`,
    );
  }
}

const hosts = new WeakMap<BaseAudioContext, Host>();

/** The model of these assets, ready for nodes of this context. Errors: DeepFilterError, one sentence. */
export function leaseModel(context: BaseAudioContext, assets: Assets): Promise<Lease> {
  let host = hosts.get(context);
  if (!host) {
    const made = (host = new Host(context, assets));
    hosts.set(context, made);
    // After a failure the next node tries again.
    made.ready.catch(() => {
      if (hosts.get(context) === made) hosts.delete(context);
    });
  }
  return whileOpen(context, host.lease(assets.model ?? modelUrl()));
}
