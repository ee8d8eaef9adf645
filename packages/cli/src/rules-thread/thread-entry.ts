// Where the thread of the rules begins: what it needs is loaded while the rest of the process starts.

import { keepCompiled } from '../process/compile-cache.ts'

keepCompiled()
// Only now: what is loaded before would be compiled anew.
const { runRulesThread } = await import('./thread.ts')
runRulesThread()
