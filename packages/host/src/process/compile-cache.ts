// V8's compile cache, stored for the next start: without anything to fold, compiling is most of a
// start. It is in the folder of the installation, which only the installer can write, and not in a shared
// folder where others could plant code.

import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../../../node_modules/.cache/compiled')
/** By then the modules of a command are loaded. */
const writtenAfterMs = 5_000

/**
 * Call before anything else is loaded. If the folder is read-only, as in an image, or with
 * `NODE_DISABLE_COMPILE_CACHE=1`, no code is cached.
 */
export function recordCompiled(): void {
  enableCompileCache(folder)
  // A killed process does not write its cache at exit.
  setTimeout(flushCompileCache, writtenAfterMs).unref()
}
