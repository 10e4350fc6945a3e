// Makes the pictures of whole sounds beside the page, so that the page never stands still.

import { makePicture } from '../spectrogram/picture.js';

interface Request {
  id: number;
  samples: Float32Array;
  sampleRate: number;
}

addEventListener('message', (event: MessageEvent<Request>) => {
  const { id, samples, sampleRate } = event.data;
  const picture = makePicture(samples, sampleRate);
  postMessage({ id, picture }, { transfer: [picture.levels.buffer as ArrayBuffer] });
});
