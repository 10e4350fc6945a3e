// What flows at some places of the audio graph, in blocks, all places at the same time.

const loaded = new WeakMap<BaseAudioContext, Promise<void>>();

export class Tap {
  private constructor(
    private readonly node: AudioWorkletNode,
    private readonly sources: AudioNode[],
  ) {}

  /** Calls `receive` with `block` samples of each source's mono mix, again and again until `close`. */
  static async create(sources: AudioNode[], block: number, receive: (blocks: Float32Array[]) => void): Promise<Tap> {
    const { context } = sources[0];
    let loading = loaded.get(context);
    if (!loading) {
      loading = context.audioWorklet.addModule(new URL('./tap_worklet.js', import.meta.url));
      loaded.set(context, loading);
    }
    await loading;
    const node = new AudioWorkletNode(context, 'demo-tap', {
      numberOfInputs: sources.length,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: 'explicit',
      processorOptions: { block },
    });
    node.port.onmessage = (event: MessageEvent<Float32Array[]>) => receive(event.data);
    sources.forEach((source, n) => source.connect(node, 0, n));
    // Its output is silence; what is not connected to the destination may not run.
    node.connect(context.destination);
    return new Tap(node, sources);
  }

  close(): void {
    for (const source of this.sources) source.disconnect(this.node);
    this.node.port.onmessage = null;
    this.node.port.postMessage('close');
    this.node.disconnect();
  }
}
