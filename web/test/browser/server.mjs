// A static server on this machine for the tests' pages.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.css': 'text/css; charset=utf-8',
};

/**
 * Serves `roots` ({ '/prefix/': folder }); the first prefix that fits wins. `headers` go with every
 * answer. Paths of `pages` are answered with that HTML. `requests` lists all paths that were asked for.
 */
export async function serve(roots, { headers = {}, pages = {} } = {}) {
  const requests = [];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    requests.push(path);
    const all = { 'Cache-Control': 'no-store', ...headers };
    if (path in pages)
      return void response.writeHead(200, { ...all, 'Content-Type': types['.html'] }).end(pages[path]);
    const prefix = Object.keys(roots).find((start) => path.startsWith(start));
    const file = prefix && join(roots[prefix], normalize(`/${path.slice(prefix.length)}`));
    const found = file && (await stat(file).catch(() => null));
    if (!found?.isFile()) return void response.writeHead(404, all).end();
    response.writeHead(200, {
      ...all,
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Length': found.size,
    });
    createReadStream(file).pipe(response);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${server.address().port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}
