// alerts.ndjson: the alert events of a backtest, one per line, each with its whole statement. It gets
// its name once complete.

import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { type FileTarget, resolveFileTarget } from '../export/file-target.ts'
import { type AlertSink, createSizeError } from './alert-sink.ts'

/** Buffer before a write, bytes. */
const pieceBytes = 4 * 1024 * 1024
/**
 * Maximum size of alerts.ndjson, bytes: rules that keep firing over a whole world would fill a
 * disk.
 */
const alertFileBytesMax = 16 * 1024 ** 3
const lineEnd = Buffer.from('\n')

export class AlertFile implements AlertSink {
  readonly #place: FileTarget
  readonly #handle: FileHandle
  readonly bytesMax: number
  #piece: Uint8Array[] = []
  #pieceBytes = 0
  #bytes = 0

  private constructor(place: FileTarget, handle: FileHandle, bytesMax: number) {
    this.#place = place
    this.#handle = handle
    this.bytesMax = bytesMax
  }

  /** Creates the file. Rejects if the folder is not writable. */
  static async begin(file: string, bytesMax = alertFileBytesMax): Promise<AlertFile> {
    const place = await resolveFileTarget(file)
    return new AlertFile(place, await open(resolveWritePath(place), 'w'), bytesMax)
  }

  get isFull(): boolean {
    return this.#pieceBytes >= pieceBytes
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes
  }

  add(events: Uint8Array): void {
    this.#piece.push(events, lineEnd)
    this.#pieceBytes += events.length + 1
  }

  /** Rejects with CommandError if the file would exceed its limit. */
  async written(): Promise<void> {
    const piece = Buffer.concat(this.#piece)
    this.#piece = []
    this.#pieceBytes = 0
    if (this.#bytes + piece.length > this.bytesMax) throw createSizeError(this)
    await this.#handle.writeFile(piece)
    this.#bytes += piece.length
  }

  /** Gives the complete file its name. */
  async finish(): Promise<void> {
    await this.written()
    await this.#handle.close()
    if (this.#place.isReplaced) await rename(resolveWritePath(this.#place), this.#place.path)
  }

  /** Removes the temporary file. An earlier file of the name stays. */
  async discard(): Promise<void> {
    await this.#handle.close()
    if (this.#place.isReplaced) await rm(resolveWritePath(this.#place), { force: true })
  }
}

function resolveWritePath({ path, isReplaced }: FileTarget): string {
  return isReplaced ? `${path}.part` : path
}
