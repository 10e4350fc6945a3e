// What the scope of an audio worklet has beside ECMAScript; TypeScript's own libraries lack it.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new (options: { processorOptions: never }) => AudioWorkletProcessor,
): void;
declare const sampleRate: number;
