// alerts.ndjson: the alert events of a backtest, each on a line with the bytes that the alerts log would hold. It has its name only once it is whole.

import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { CommandError } from '../terminal/output.ts'
import type { AlertSink } from './backtest-run.ts'

/** What waits in memory before it is written, bytes. */
const pieceBytes = 4 * 1024 * 1024
/** What alerts.ndjson may grow to, bytes: rules that never come to rest over a whole world would fill a disk. */
export const alertFileBytesMax = 16 * 1024 ** 3
const lineEnd = Buffer.from('\n')

export class AlertFile implements AlertSink {
  readonly #file: string
  readonly #part: string
  readonly #handle: FileHandle
  readonly #bytesMax: number
  #piece: Uint8Array[] = []
  #pieceBytes = 0
  #bytes = 0

  private constructor(file: string, part: string, handle: FileHandle, bytesMax: number) {
    this.#file = file
    this.#part = part
    this.#handle = handle
    this.#bytesMax = bytesMax
  }

  /** Begins the file. Rejects where the folder can't be written. */
  static async begin(file: string, bytesMax = alertFileBytesMax): Promise<AlertFile> {
    const part = `${file}.part`
    return new AlertFile(file, part, await open(part, 'w'), bytesMax)
  }

  get isFull(): boolean {
    return this.#pieceBytes >= pieceBytes
  }

  /** Written so far. */
  get bytes(): number {
    return this.#bytes
  }

  add(event: Uint8Array): void {
    this.#piece.push(event, lineEnd)
    this.#pieceBytes += event.length + 1
  }

  /** Rejects with CommandError where the file would grow beyond its limit. */
  async written(): Promise<void> {
    const piece = Buffer.concat(this.#piece)
    this.#piece = []
    this.#pieceBytes = 0
    if (this.#bytes + piece.length > this.#bytesMax) {
      const limit = `${(this.#bytesMax / 1e9).toFixed(1)} GB`
      throw new CommandError(`alerts.ndjson would pass ${limit}: take fewer rules or rows, or one country`)
    }
    await this.#handle.writeFile(piece)
    this.#bytes += piece.length
  }

  /** Gives the file its name: all of it is there. */
  async finish(): Promise<void> {
    await this.written()
    await this.#handle.close()
    await rename(this.#part, this.#file)
  }

  /** Leaves nothing behind. An earlier file of the name stays. */
  async discard(): Promise<void> {
    await this.#handle.close()
    await rm(this.#part, { force: true })
  }
}
