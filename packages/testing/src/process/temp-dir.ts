// Temporary folders for one test, removed when it is over.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Creates an empty folder and passes it to `use`; removes it however `use` ends. */
export async function withTempDir<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await makeTempDir()
  try {
    return await use(dir)
  } finally {
    await removeDir(dir)
  }
}

/** Creates an empty folder that the caller removes with `removeDir`. */
export async function makeTempDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tocsin-test-'))
}

/**
 * Removes a folder and its content; a missing one is fine. Retries while an ended process releases
 * its files.
 */
export async function removeDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
