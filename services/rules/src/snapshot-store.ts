// Snapshots of theatres in the log: two slots each, chunks first, the manifest last. A snapshot that was not finished, or was damaged, is not
// whole and is passed over: the other slot, or the log from its beginning, serves as well.

import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { digest, sha256Hex } from '@tocsin/contracts/digest'
import { decodeEnvelope } from '@tocsin/contracts/envelope'
import { encodeRecord, engineVersion } from '@tocsin/contracts/records'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { scan } from './published-alerts.ts'
import type { OwnerSnapshot } from './theatre-owner.ts'

/** How a state is packed into bytes. It runs in threads of the machine, so it is a port: a simulated run brings its own. */
export interface Compression {
  pack(bytes: Buffer): Promise<Buffer>
  /** Rejects for what `pack` did not make, and for more than `bytesMax` bytes. */
  unpack(bytes: Buffer, bytesMax: number): Promise<Buffer>
}

const gzipBytes = promisify(gzip)
const gunzipBytes = promisify(gunzip)
export const threadedGzip: Compression = {
  pack: bytes => gzipBytes(bytes),
  unpack: (bytes, bytesMax) => gunzipBytes(bytes, { maxOutputLength: bytesMax })
}

/** Bytes of compressed state in one chunk; base64 makes a third more of it, still under 512 KiB. Source: design, section 3. */
const chunkBytesMax = 360 * 1024
/** Largest state that is read back, bytes: far above any theatre, far below what would end the process. */
const stateBytesMax = 1024 * 1024 * 1024

export interface StoredSnapshot {
  readonly theatre: string
  /** Counts the theatre's snapshots; its parity is the slot. */
  readonly number: number
  /** The first record that the state does not hold. */
  readonly next: { readonly partition: number; readonly position: bigint }
  readonly state: OwnerSnapshot
}

interface Manifest {
  readonly theatre: string
  readonly number: number
  readonly partition: number
  readonly position: string
  readonly engine: string
  readonly seq: number
  readonly previoushash: string
  readonly chunks: readonly string[]
}

/** Writes a snapshot: resolves when its manifest is durable. Must be called only after all outputs up to its cursor are acknowledged. */
export async function writeSnapshot(
  log: EventLog,
  snapshot: StoredSnapshot,
  time: string,
  compression: Compression = threadedGzip
): Promise<void> {
  const bytes = await compression.pack(Buffer.from(JSON.stringify(snapshot.state)))
  const slot = snapshot.number % 2
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkBytesMax) chunks.push(bytes.subarray(at, at + chunkBytesMax))
  const record = (name: string, type: string, data: object): NewRecord => {
    const id = digest('snapshot', snapshot.theatre, String(snapshot.number), name, time)
    const key = `${snapshot.theatre}/${slot}/${name}`
    return {
      id,
      key,
      value: encodeRecord({ id, source: '/tocsin/rules', time, cause: null, theatre: snapshot.theatre }, { type, data })
    }
  }
  for (const [i, chunk] of chunks.entries()) {
    await log.append(topics.snapshots, [
      record(String(i), 'snapshot.chunk', { number: snapshot.number, chunk: i, bytes: chunk.toString('base64') })
    ])
  }
  const manifest: Manifest = {
    theatre: snapshot.theatre,
    number: snapshot.number,
    partition: snapshot.next.partition,
    position: String(snapshot.next.position),
    engine: engineVersion,
    seq: snapshot.state.fold.alerts.seq,
    previoushash: snapshot.state.previousHash,
    chunks: chunks.map(chunk => sha256Hex(chunk))
  }
  await log.append(topics.snapshots, [record('manifest', 'snapshot.manifest', manifest)])
}

/** The newest whole snapshot of each theatre. What is not whole is told to `passedOver` and left out. */
export async function readSnapshots(
  log: EventLog,
  passedOver: (theatre: string, why: string) => void,
  compression: Compression = threadedGzip
): Promise<Map<string, StoredSnapshot>> {
  const manifests: { slot: string; manifest: Manifest }[] = []
  const chunks = new Map<string, { number: number; bytes: Buffer }>()
  await scan(log, await log.cursorAt(topics.snapshots, 'earliest'), value => {
    const decoded = decodeEnvelope(value)
    if (decoded.kind !== 'decoded' || decoded.major !== 1) return
    const { data, theatre } = decoded.envelope
    if (decoded.event === 'snapshot.manifest') {
      const manifest = data as Manifest
      manifests.push({ slot: `${theatre}/${manifest.number % 2}`, manifest })
    } else if (decoded.event === 'snapshot.chunk') {
      const { number, chunk, bytes } = data as { number: number; chunk: number; bytes: string }
      chunks.set(`${theatre}/${number % 2}/${chunk}`, { number, bytes: Buffer.from(bytes, 'base64') })
    }
  })
  const newest = new Map<string, StoredSnapshot>()
  for (const { slot, manifest } of manifests.sort((a, b) => b.manifest.number - a.manifest.number)) {
    if (newest.has(manifest.theatre)) continue
    const parts = manifest.chunks.map((hash, i) => wholeChunk(chunks.get(`${slot}/${i}`), manifest.number, hash))
    const state = parts.every(part => part !== null) ? await unpack(Buffer.concat(parts as Buffer[]), compression) : null
    if (state === null) {
      passedOver(manifest.theatre, `snapshot ${manifest.number} is not whole`)
      continue
    }
    newest.set(manifest.theatre, {
      theatre: manifest.theatre,
      number: manifest.number,
      next: { partition: manifest.partition, position: BigInt(manifest.position) },
      state
    })
  }
  return newest
}

function wholeChunk(chunk: { number: number; bytes: Buffer } | undefined, number: number, hash: string): Buffer | null {
  return chunk && chunk.number === number && sha256Hex(chunk.bytes) === hash ? chunk.bytes : null
}

async function unpack(bytes: Buffer, compression: Compression): Promise<OwnerSnapshot | null> {
  const text = await compression.unpack(bytes, stateBytesMax)
  const state = JSON.parse(text.toString()) as OwnerSnapshot
  return state.fold.format === 1 ? state : null
}
