// An unlinked file that extends a process's memory: it disappears with the process, however that
// ends. Its content is folded again from the logs at the next start.

import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Random access. Synchronous: data is in the page cache, or one disk read away. */
export interface ScratchFile {
  /** Throws the system's error; then nothing of it counts. */
  write(bytes: Uint8Array, position: number): void
  /** Fills a buffer from bytes written before. Throws the system's error. */
  read(into: Uint8Array, position: number): void
  close(): void
}

/**
 * Where scratch files are created; null if there is no room for one, and then all stays in memory.
 */
export type OpenScratch = (name: string) => ScratchFile | null

/** Scratch files in a data folder. `onRefused`: called with the reason if none can be created. */
export function scratchIn(dataDir: string, onRefused: (error: unknown) => void): OpenScratch {
  let made = 0
  return name => {
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      const path = join(dataDir, `scratch-${name}-${process.pid}-${made++}`)
      const fd = openSync(path, 'w+', 0o600)
      unlinkSync(path)
      return new SystemFile(fd)
    } catch (error) {
      onRefused(error)
      return null
    }
  }
}

class SystemFile implements ScratchFile {
  readonly #fd: number
  #isOpen = true

  constructor(fd: number) {
    this.#fd = fd
  }

  write(bytes: Uint8Array, position: number): void {
    this.#checkOpen()
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#fd, bytes, done, bytes.length - done, position + done)
  }

  read(into: Uint8Array, position: number): void {
    this.#checkOpen()
    for (let done = 0; done < into.length; ) {
      const count = readSync(this.#fd, into, done, into.length - done, position + done)
      if (count === 0)
        throw new Error(`a scratch file ends before position ${position + into.length}`)
      done += count
    }
  }

  /** The file descriptor may belong to another file by now. */
  #checkOpen(): void {
    if (!this.#isOpen) throw new Error('a scratch file is used after it was closed')
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#fd)
    this.#isOpen = false
  }
}
