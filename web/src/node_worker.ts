// The script of a worker thread of Node that enhances one whole sound.
import { parentPort, workerData } from 'node:worker_threads';
import { serve, type Job } from './whole.js';

void serve(workerData as Job, (report, transfer) => parentPort?.postMessage(report, transfer));
