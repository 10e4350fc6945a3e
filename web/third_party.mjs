// THIRD-PARTY.txt: the licences of what is compiled into deepfilter.wasm beside this project's own code.
// Needs the environment that compiles the module (tools/setup_web.sh), where the texts lie.
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const compiler = process.env.PATH.split(delimiter)
  .map((folder) => join(folder, 'em++'))
  .find((path) => existsSync(path));

// A part's name, its file, and the sentence that stands for a text which is in the package anyway.
const parts = (emscripten) => [
  [
    'Highway',
    '/usr/share/doc/libhwy-dev/copyright',
    'The text of the Apache License 2.0 is in LICENSE-APACHE.',
  ],
  ['musl', join(emscripten, 'system/lib/libc/musl/COPYRIGHT'), ''],
];
const llvm = `libc++, libc++abi and compiler-rt are parts of LLVM (Apache-2.0 with LLVM exceptions).
Emscripten's allocator and start-up code: Copyright (c) Emscripten authors, MIT (as in LICENSE-MIT).
`;

/** Writes the file; without the compiler there is no module to go with it, and it is left alone. */
export function writeThirdParty(target) {
  if (!compiler) return;
  const line = '='.repeat(78);
  const texts = parts(dirname(realpathSync(compiler))).map(([name, path, more]) =>
    [line, name, line, '', readFileSync(path, 'utf8').trim(), more, ''].join('\n'),
  );
  writeFileSync(target, `${llvm}\n${texts.join('\n')}`);
}
