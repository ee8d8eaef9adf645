// Entry point of a thread that folds theatres: its modules are compiled once for all threads.

import { recordCompiled } from '@tocsin/host/process/compile-cache'

recordCompiled()
// Imported after the cache is enabled: earlier imports would be compiled again.
export const { foldTheatre } = await import('./theatre-thread.ts')
