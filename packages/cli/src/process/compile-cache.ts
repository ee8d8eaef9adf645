// Modules as V8 has compiled them, kept for the next start: of a start without anything to fold it is the greater part. They lie beside what is installed,
// where nobody writes but who installed it, and not in a folder for all, where others could lay code.

import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../../../node_modules/.cache/compiled')
/** By then what a command needs is loaded. */
const writtenAfterMs = 5_000

/** Before anything else is loaded. Where the folder can't be written to, as in an image, nothing is kept; `NODE_DISABLE_COMPILE_CACHE=1` asks for that. */
export function keepCompiled(): void {
  enableCompileCache(folder)
  // A process that is killed writes nothing at its end.
  setTimeout(flushCompileCache, writtenAfterMs).unref()
}
