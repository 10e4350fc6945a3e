// The script of a worker that enhances one whole sound.
import { serve, type Job, type JobReport } from './whole.js';

// TypeScript takes this file's scope for a page's.
const post = postMessage as (message: JobReport, transfer: Transferable[]) => void;

addEventListener(
  'message',
  ({ data }: MessageEvent<Job>) => void serve(data, (report, transfer) => post(report, transfer)),
);
