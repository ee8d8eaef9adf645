// Checks that the files of an open log are still those that were opened. The system reports no
// error for writes to a file that was removed or replaced: they are lost when the process ends, and
// writes of other processes are not seen.

import { statSync } from 'node:fs'
import { constants } from 'node:os'
import type { Clock } from '@tocsin/domain/ports'

/** Between two looks, ms. */
const lookEveryMs = 100
/** The same while no record is written, ms. */
const idleLookEveryMs = 2_000
/** Codes for a name without a file. */
const goneCodes: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

/** Device and inode identify a file. Throws as `statSync`. */
export type StatFile = (file: string) => { readonly dev: bigint; readonly ino: bigint }

export class HeldFiles {
  readonly #databaseFile: string
  readonly #clock: Clock
  readonly #stat: StatFile
  /** Identities at opening, by file name; without those that could not be read. */
  readonly #held: ReadonlyMap<string, string>
  #lookedMs: number
  #timer: NodeJS.Timeout | null = null

  /** Of a database in WAL mode that is open, and was read or written. */
  constructor(
    databaseFile: string,
    clock: Clock,
    stat: StatFile = file => statSync(file, { bigint: true })
  ) {
    this.#stat = stat
    const held = new Map<string, string>()
    for (const file of [databaseFile, `${databaseFile}-wal`, `${databaseFile}-shm`]) {
      const identity = this.#readIdentity(file)
      if (identity !== null && identity !== '') held.set(file, identity)
    }
    this.#held = held
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
   * Whether SQLite may close the database: it copies what is left in the write-ahead log into the
   * file, also of one that was removed, and then removes it by its name. That must not be the one
   * of a copy that was put into its place. Not where it is not known what is there: the next start
   * finds the write-ahead log, and reads it.
   */
  get mayClose(): boolean {
    return [...this.#held].every(([file, identity]) => {
      const now = this.#readIdentity(file)
      return now === identity || (now === '' && file !== this.#databaseFile)
    })
  }

  /** Checks periodically. Calls `tell` once. */
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

  /** Describes a file that was removed or replaced; null if there is none. */
  lost(): string | null {
    for (const [file, identity] of this.#held) {
      const now = this.#readIdentity(file)
      if (now !== null && now !== identity)
        return `${file} was ${now === '' ? 'removed' : 'replaced'} while it was in use`
    }
    return null
  }

  /**
   * Device and number; empty if there is no such file. Null if that cannot be told, as without
   * permission, or while a disk does not answer: the open files may be whole, and reading and
   * writing them fails by itself if they are not.
   */
  #readIdentity(file: string): string | null {
    try {
      const { dev, ino } = this.#stat(file)
      return `${dev}:${ino}`
    } catch (error) {
      return isGone(error as NodeJS.ErrnoException) ? '' : null
    }
  }
}

/** Node has no code for what a file server says of a file that was removed there. */
function isGone({ code, errno = 0 }: NodeJS.ErrnoException): boolean {
  return goneCodes.has(code) || -errno === constants.errno.ESTALE
}
