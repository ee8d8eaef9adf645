// The thread that copies the WAL into the log file, so that appends do not wait for it. It also
// fills the WAL's file with zeros once: overwriting a file that does not grow makes fsync fast, as
// the file system need not write its journal.

import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * `copy`: as much as possible without blocking writers. `restart`: the rest, under the writer's
 * lock, then the WAL restarts. `truncate`: like restart, and the WAL's file is emptied.
 * `preallocate`: the WAL's file grows to `bytes`.
 */
export type CheckpointRequest =
  | { readonly kind: 'copy' | 'restart' | 'truncate' | 'close' }
  | { readonly kind: 'preallocate'; readonly bytes: number }

export type CheckpointReply =
  | { readonly kind: 'done' | 'busy' }
  /** Mostly a full disk: retried on the next request. */
  | { readonly kind: 'failed'; readonly detail: string }

/** Timeout for the lock of another process, ms: our own writer is blocked meanwhile. */
const lockWaitMs = 50
/** The lock is taken for one step at a time. */
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
      // The second round copies what was written during the first, so that little is left for the
      // step that blocks the writer.
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

/**
 * SQLite does not take zeros after the last frame for frames. The writer's lock is taken, so no
 * other process writes there meanwhile.
 */
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

/** One step; false when the file is large enough. On failure the file keeps its old size. */
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
