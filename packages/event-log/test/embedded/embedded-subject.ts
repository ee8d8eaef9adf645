// The embedded log as a subject of the conformance suite: a folder that can be opened, copied, cut,
// damaged, filled, and shared with other processes.

import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type {
  AppenderOptions,
  AppenderProcess,
  FlippingTool,
  LogSubject,
  TearingTool
} from '../../src/conformance/subject.ts'
import {
  type EmbeddedLog,
  type EmbeddedOptions,
  logFile,
  openEmbeddedLog
} from '../../src/embedded/embedded-log.ts'
import { verifyEmbeddedLog } from '../../src/embedded/verify.ts'
import { watchAppender } from '../support/appender-process.ts'
import { endProcesses, startProcess } from '../support/child-process.ts'
import { smallDisk } from '../support/small-disk.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** A subject on a new folder, or on the given one. */
export function embeddedSubject(
  partitions: number,
  dataDir = tempFolder('log'),
  always: Partial<EmbeddedOptions> = {}
): LogSubject {
  const open = (options: Partial<EmbeddedOptions>) =>
    openEmbeddedLog({ dataDir, ...always, ...options })
  const isNew = () => !existsSync(logFile(dataDir))
  return {
    open: (options = {}) => open({ ...(isNew() ? { partitions } : {}), ...options }),
    async recreate() {
      rmSync(join(dataDir, 'log'), { recursive: true, force: true })
    },
    async trim(log, topic, partition, before) {
      await (log as EmbeddedLog).trim(topic, partition, before)
    },
    async dispose() {
      endProcesses()
      rmSync(dataDir, { recursive: true, force: true })
    },
    openDoubtful: fate => openDoubtful(dataDir, fate),
    processes: { startAppender: options => startAppender(dataDir, options) },
    tearing: tearing(dataDir, partitions),
    smallDisk: {
      async make() {
        const disk = smallDisk()
        const subject = embeddedSubject(1, disk.folder, { openDatabase: disk.openDatabase })
        return {
          subject: { ...subject, dispose: async () => disk.remove() },
          makeRoom: async () => disk.grow()
        }
      }
    },
    flipping: flipping(dataDir),
    async backup() {
      const copy = tempFolder('backup')
      cpSync(join(dataDir, 'log'), copy, { recursive: true })
      return async () => {
        rmSync(join(dataDir, 'log'), { recursive: true })
        cpSync(copy, join(dataDir, 'log'), { recursive: true })
        rmSync(copy, { recursive: true })
      }
    }
  }
}

/** A database whose COMMIT reports a failed fsync, after it has committed or instead. */
class DoubtfulDatabase extends DatabaseSync {
  fate: 'written' | 'lost' = 'written'

  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql)
    if (sql !== 'COMMIT') return statement
    statement.run = () => {
      this.exec(this.fate === 'written' ? 'COMMIT' : 'ROLLBACK')
      throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 })
    }
    return statement
  }
}

export function openDoubtful(dataDir: string, fate: 'written' | 'lost'): Promise<EmbeddedLog> {
  return openEmbeddedLog({
    dataDir,
    openDatabase(file) {
      const db = new DoubtfulDatabase(file)
      db.fate = fate
      return db
    }
  })
}

export async function startAppender(
  dataDir: string,
  options: AppenderOptions
): Promise<AppenderProcess> {
  return watchAppender(
    startProcess([], './log-process.ts', [JSON.stringify({ dataDir, ...options })]),
    options.prefix
  )
}

/** Copies the file and a part of its WAL while they are in use. */
function tearing(dataDir: string, partitions: number): TearingTool {
  const wal = `${logFile(dataDir)}-wal`
  const pageBytes = () => readFileSync(wal).readUInt32BE(8)
  return {
    writtenBytes: () => statSync(wal).size,
    borders() {
      const frame = 24 + pageBytes()
      const heads = [0, 8, 16, 24, 32]
      return [
        ...heads,
        ...Array.from(
          { length: Math.floor((statSync(wal).size - 32) / frame) },
          (_, i) => 32 + (i + 1) * frame
        )
      ]
    },
    async copyCutAt(bytes) {
      const copy = tempFolder('torn')
      mkdirSync(join(copy, 'log'))
      cpSync(logFile(dataDir), logFile(copy))
      cpSync(wal, `${logFile(copy)}-wal`)
      truncateSync(`${logFile(copy)}-wal`, bytes)
      return embeddedSubject(partitions, copy)
    }
  }
}

function flipping(dataDir: string): FlippingTool {
  const file = logFile(dataDir)
  const flip = (at: number) => {
    const bytes = readFileSync(file)
    bytes[at]! ^= 0x10
    writeFileSync(file, bytes)
  }
  return {
    async flipIn(text) {
      const at = readFileSync(file).indexOf(text)
      if (at < 0) throw new Error(`${text} is not in ${file}`)
      flip(at)
    },
    async flipAt(at) {
      const kept = readFileSync(file)
      flip(Math.floor(at * kept.length))
      return async () => {
        rmSync(`${file}-wal`, { force: true })
        rmSync(`${file}-shm`, { force: true })
        writeFileSync(file, kept)
      }
    },
    async isWhole() {
      return (await verifyEmbeddedLog(dataDir)).faults.length === 0
    }
  }
}
