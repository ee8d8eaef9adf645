// The thread that copies the WAL into the log file, so that appends do not wait for it. It also writes the WAL's file full of zeros once:
// overwriting a file that does not grow is what makes an fsync fast (no journal of the file system in it).

import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * `copy`: as much as goes without stopping any writer. `restart`: the rest, under the writer's lock, then the WAL begins anew.
 * `truncate`: like restart, and the WAL's file becomes empty. `preallocate`: the WAL's file grows to `bytes`.
 */
export type CheckpointRequest =
  | { readonly kind: 'copy' | 'restart' | 'truncate' | 'close' }
  | { readonly kind: 'preallocate'; readonly bytes: number }

export type CheckpointReply =
  | { readonly kind: 'done' | 'busy' }
  /** A full disk, mostly: it is tried again at the next request. */
  | { readonly kind: 'failed'; readonly detail: string }

/** How long the lock of another process is waited for, ms: our own writer stands still meanwhile. */
const lockWaitMs = 50
/** The lock is held for one step at a time. */
const stepBytes = 2 * 1024 * 1024
const zeros = Buffer.alloc(stepBytes)

const { file } = workerData as { file: string }
const db = new DatabaseSync(file, { timeout: lockWaitMs })
db.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL')

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request.kind === 'close') {
    db.close()
    parentPort?.close()
    return
  }
  parentPort?.postMessage(carryOut(request))
})

function carryOut(request: Exclude<CheckpointRequest, { kind: 'close' }>): CheckpointReply {
  try {
    if (request.kind === 'preallocate') return preallocate(request.bytes)
    if (request.kind === 'copy') {
      // The second round takes what was written during the first, so that little is left for the one that stops the writer.
      checkpoint('PASSIVE')
      return checkpoint('PASSIVE')
    }
    return checkpoint(request.kind === 'restart' ? 'RESTART' : 'TRUNCATE')
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

function checkpoint(mode: 'PASSIVE' | 'RESTART' | 'TRUNCATE'): CheckpointReply {
  const row = db.prepare(`PRAGMA wal_checkpoint(${mode})`).get()
  return { kind: row?.busy === 0 ? 'done' : 'busy' }
}

/** Zeros behind what is written are no frames to SQLite. Nobody writes there meanwhile: the writer's lock is held. */
function preallocate(bytes: number): CheckpointReply {
  for (;;) {
    db.exec('BEGIN IMMEDIATE')
    try {
      if (!growWal(bytes)) return { kind: 'done' }
    } finally {
      db.exec('ROLLBACK')
    }
  }
}

/** One step; false when the file is large enough. On failure the file has its old size again. */
function growWal(bytes: number): boolean {
  const wal = openSync(`${file}-wal`, 'r+')
  try {
    const size = fstatSync(wal).size
    if (size >= bytes) return false
    try {
      writeSync(wal, zeros, 0, Math.min(stepBytes, bytes - size), size)
      fdatasyncSync(wal)
    } catch (error) {
      ftruncateSync(wal, size)
      throw error
    }
    return true
  } finally {
    closeSync(wal)
  }
}
