// Finds damage in the WAL that SQLite ignores: after a crash it reads the WAL up to the first frame
// with a wrong checksum and drops the rest silently. For a transaction torn by the crash that is
// right. But complete transactions after the bad frame began after it was synced, so that it
// belongs to acknowledged data: then it was damaged later, and the log must not be opened. Source:
// sqlite.org/fileformat2.html, section 4.

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'

export type WalScan =
  | { readonly kind: 'whole' }
  /** `frame` counts from 0; `behind`: number of frames of acknowledged transactions after it. */
  | { readonly kind: 'damaged'; readonly frame: number; readonly behind: number }
  | { readonly kind: 'header-damaged' }

interface WalHeader {
  readonly pageBytes: number
  readonly bigEndian: boolean
  readonly salts: Buffer
}

interface Frame {
  readonly isOfThisWal: boolean
  readonly isCommit: boolean
  readonly isIntact: boolean
}

const headerBytes = 32
const frameHeadBytes = 24
const readBytes = 4 * 1024 * 1024
/** A writer may be active during the scan: only damage that is found repeatedly counts. */
const looks = 3

/**
 * Scans the WAL of a database file. Reports damage only if every scan finds it at the same place.
 */
export function scanWal(databaseFile: string): WalScan {
  const file = `${databaseFile}-wal`
  let found: WalScan = { kind: 'whole' }
  for (let look = 0; look < looks; look++) {
    const next = existsSync(file) ? lookOnce(file) : ({ kind: 'whole' } as const)
    if (next.kind === 'whole') return next
    if (look > 0 && !isSamePosition(found, next)) look = 0
    found = next
  }
  return found
}

function isSamePosition(a: WalScan, b: WalScan): boolean {
  return a.kind === b.kind && (a.kind !== 'damaged' || b.kind !== 'damaged' || a.frame === b.frame)
}

function lookOnce(file: string): WalScan {
  const fd = openSync(file, 'r')
  try {
    const head = Buffer.alloc(headerBytes)
    const got = readSync(fd, head, 0, headerBytes, 0)
    if (got < headerBytes || head.every(byte => byte === 0)) return { kind: 'whole' }
    const checksum = new WalChecksum(head.readUInt32BE(0) === 0x377f0683)
    const header = readHeader(head, checksum)
    return header === null ? { kind: 'header-damaged' } : judge(frames(fd, header, checksum))
  } finally {
    closeSync(fd)
  }
}

function readHeader(head: Buffer, checksum: WalChecksum): WalHeader | null {
  const magic = head.readUInt32BE(0)
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return null
  checksum.add(head, 0, 24)
  if (!checksum.equals(head, 24)) return null
  return {
    pageBytes: head.readUInt32BE(8),
    bigEndian: magic === 0x377f0683,
    salts: Buffer.from(head.subarray(16, 24))
  }
}

/**
 * A bad frame is damage if a commit at or after it is followed by another frame of this WAL. Pure.
 */
function judge(all: Iterable<Frame>): WalScan {
  let index = 0
  let bad: number | null = null
  let committed = false
  let behind = 0
  for (const frame of all) {
    if (bad === null && !(frame.isOfThisWal && frame.isIntact)) bad = index
    else if (bad !== null && committed && frame.isOfThisWal) behind++
    if (bad !== null && frame.isCommit && (index === bad || frame.isOfThisWal)) committed = true
    index++
  }
  return bad !== null && behind > 0 ? { kind: 'damaged', frame: bad, behind } : { kind: 'whole' }
}

function* frames(fd: number, header: WalHeader, checksum: WalChecksum): Iterable<Frame> {
  const stride = frameHeadBytes + header.pageBytes
  const size = fstatSync(fd).size
  const buffer = Buffer.alloc(stride * Math.max(1, Math.floor(readBytes / stride)))
  let chainHolds = true
  for (let from = headerBytes; from + stride <= size; ) {
    const got = readSync(fd, buffer, 0, buffer.length, from)
    for (let at = 0; at + stride <= got; at += stride) {
      const isOfThisWal = buffer.compare(header.salts, 0, 8, at + 8, at + 16) === 0
      chainHolds = chainHolds && isOfThisWal && continues(checksum, buffer, at, stride)
      yield { isOfThisWal, isCommit: buffer.readUInt32BE(at + 4) !== 0, isIntact: chainHolds }
    }
    if (got < stride) return
    from += got - (got % stride)
  }
}

function continues(checksum: WalChecksum, buffer: Buffer, at: number, stride: number): boolean {
  checksum.add(buffer, at, at + 8)
  checksum.add(buffer, at + frameHeadBytes, at + stride)
  return checksum.equals(buffer, at + 16)
}

/** SQLite's running checksum over pairs of words. */
class WalChecksum {
  readonly #bigEndian: boolean
  #s0 = 0
  #s1 = 0

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian
  }

  add(bytes: Buffer, from: number, to: number): void {
    let s0 = this.#s0
    let s1 = this.#s1
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const littleEndian = !this.#bigEndian
    for (let at = from; at < to; at += 8) {
      s0 = (s0 + view.getUint32(at, littleEndian) + s1) | 0
      s1 = (s1 + view.getUint32(at + 4, littleEndian) + s0) | 0
    }
    this.#s0 = s0
    this.#s1 = s1
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readInt32BE(at) === this.#s0 && bytes.readInt32BE(at + 4) === this.#s1
  }
}
