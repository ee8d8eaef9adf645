// Whether the files of a log that is open are still those that were opened. One that was removed, or replaced by a copy, is
// written on without an error: all of it is gone when the process ends, and what another process writes meanwhile is not seen.

import { statSync } from 'node:fs'
import type { Clock } from '@tocsin/domain/ports'

/** Between two looks, ms. */
const lookEveryMs = 100
/** The same while nothing is written, ms. */
const idleLookEveryMs = 2_000

export class HeldFiles {
  readonly #databaseFile: string
  readonly #clock: Pick<Clock, 'monotonicMs'>
  /** By name: what it was when it was opened. */
  readonly #held: ReadonlyMap<string, string>
  #lookedMs: number
  #timer: NodeJS.Timeout | null = null

  /** Of a database in WAL mode that is open, and was read or written. */
  constructor(databaseFile: string, clock: Pick<Clock, 'monotonicMs'>) {
    const files = [databaseFile, `${databaseFile}-wal`, `${databaseFile}-shm`]
    this.#held = new Map(files.map(file => [file, identityOf(file)] as const).filter(([, identity]) => identity !== ''))
    this.#databaseFile = databaseFile
    this.#clock = clock
    this.#lookedMs = clock.monotonicMs()
  }

  /** As `lost`, but looks only every now and then: for each write. */
  lostLately(): string | null {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#lookedMs < lookEveryMs) return null
    this.#lookedMs = nowMs
    return this.lost()
  }

  /**
   * Whether SQLite may close the database: it copies what is left in the write-ahead log into the file, also of one that was
   * removed, and then removes it by its name. That must not be the one of a copy that was put into its place.
   */
  get mayClose(): boolean {
    return [...this.#held].every(([file, identity]) => {
      const now = identityOf(file)
      return now === identity || (now === '' && file !== this.#databaseFile)
    })
  }

  /** Looks also while nobody asks. `tell` is called once. */
  watch(tell: (lost: string) => void): void {
    this.#timer = setInterval(() => {
      const lost = this.lost()
      if (lost === null) return
      this.close()
      tell(lost)
    }, idleLookEveryMs).unref()
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** What became of one of them, in words; null: all are there. */
  lost(): string | null {
    for (const [file, identity] of this.#held) {
      const now = identityOf(file)
      if (now !== identity) return `${file} was ${now === '' ? 'removed' : 'replaced'} while it was in use`
    }
    return null
  }
}

/** Device and number; empty if there is no such file. */
function identityOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? '' : `${found.dev}:${found.ino}`
}
