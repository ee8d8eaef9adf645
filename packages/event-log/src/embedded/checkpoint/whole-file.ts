// Replaces a small file so that a reader, or a start after a crash, finds the old one or the new
// one.

import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

const fileMode = 0o600

/**
 * Replaces a file; it is on disk under its name or not at all. Rejects with the system's error; the
 * old one stands then, and no other file is left: on a full disk this is tried again and again.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  // Threads and processes that have the same log open each write one of their own.
  const part = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    const handle = await open(part, 'wx', fileMode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw error
  }
}
