// Folders for one test, under the system's own folder for such, gone when the test is over.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes an empty folder and hands it to `use`; removes it however `use` ends. */
export async function withTempDir<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await makeTempDir()
  try {
    return await use(dir)
  } finally {
    await removeDir(dir)
  }
}

/** Makes an empty folder that the caller removes with `removeDir`. */
export async function makeTempDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tocsin-test-'))
}

/** Removes a folder with all that is in it; one that is gone already is fine. Tries again while a process that just ended lets go of its files. */
export async function removeDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
