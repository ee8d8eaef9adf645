// Entry point of the rules thread: loads its modules while the rest of the process starts.

import { recordCompiled } from '../process/compile-cache.ts'

recordCompiled()
// Imported after the cache is enabled: earlier imports would be compiled again.
const { runRulesThread } = await import('./thread.ts')
runRulesThread()
