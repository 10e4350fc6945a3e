// From the bytes of deepfilter.wasm to the library.
import { Core, DeepFilterError } from './core.js';

/** Compiles the library and makes an instance of it. Errors: DeepFilterError, one sentence. */
export async function openLibrary(bytes: ArrayBuffer): Promise<Core> {
  let module: WebAssembly.Module;
  try {
    // On other threads, so that the sound of an audio thread goes on.
    module = await WebAssembly.compile(bytes);
  } catch (error) {
    throw new DeepFilterError(`deepfilter.wasm cannot be compiled: ${(error as Error).message}`);
  }
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'dfnw_version'))
    throw new DeepFilterError("what is given as deepfilter.wasm is not deepfilter's module");
  return new Core(module);
}
