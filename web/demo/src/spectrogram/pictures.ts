// Pictures by the worker, as promises.

import { mix, type Picture } from './picture.js';

export class Pictures {
  private readonly worker = new Worker(new URL('./picture_worker.js', import.meta.url), { type: 'module' });
  private readonly waiting = new Map<number, { resolve(picture: Picture): void; reject(error: Error): void }>();
  private next = 0;

  constructor() {
    this.worker.addEventListener('message', (event: MessageEvent<{ id: number; picture: Picture }>) => {
      this.waiting.get(event.data.id)?.resolve(event.data.picture);
      this.waiting.delete(event.data.id);
    });
    this.worker.addEventListener('error', (event) => {
      for (const { reject } of this.waiting.values()) reject(new Error(event.message || 'the picture cannot be drawn'));
      this.waiting.clear();
    });
  }

  make(channels: Float32Array[], sampleRate: number): Promise<Picture> {
    const mixed = mix(channels);
    const samples = mixed === channels[0] ? mixed.slice() : mixed;
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, samples, sampleRate }, [samples.buffer as ArrayBuffer]);
    });
  }
}
