// Metrics of a process and its data folder: version, disk, sizes of the log, ages of snapshots and
// of the last backup, durations of appends. Read when /metrics is scraped.

import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@tocsin/domain/ports'
import { logFile } from '@tocsin/event-log/embedded/embedded-log'
import { metricsIn, registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import { Gauge, type Registry } from 'prom-client'
import packageFile from '../../package.json' with { type: 'json' }

/** Seconds: from a fast disk to one that stalls. */
const writeBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** Written by `tocsin backup`. */
const lastBackupName = 'last-backup.json'

export interface WatchedFolder {
  readonly data: string
  readonly viewsFolder: string
  readonly roles: readonly string[]
  readonly clock: Clock
}

export function watchSuite(
  registry: Registry,
  { data, viewsFolder, roles, clock }: WatchedFolder
): void {
  new Gauge({
    name: 'tocsin_build_info',
    help: 'Always 1. Labels: version of Tocsin, version of Node, services of the process.',
    labelNames: ['version', 'node', 'services'],
    registers: [registry]
  }).set(
    { version: packageFile.version, node: process.versions.node, services: roles.join(',') },
    1
  )
  const file = logFile(data)
  registerReadGaugesBy(
    registry,
    {
      tocsin_log_bytes:
        'Size of the embedded log on disk, by part: log (the database), wal (its write-ahead log). Absent on Kafka.'
    },
    'part',
    { tocsin_log_bytes: () => dropNulls({ log: readSize(file), wal: readSize(`${file}-wal`) }) }
  )
  registerReadGaugesBy(
    registry,
    {
      tocsin_disk_bytes: 'Space of the file system of the data folder, by state: free, size.',
      tocsin_file_age_seconds:
        'Age of the newest file, by kind: snapshot (of the views), backup (by tocsin backup). Absent if there is none.'
    },
    'kind',
    {
      tocsin_disk_bytes: () => readDisk(data),
      tocsin_file_age_seconds: () =>
        dropNulls({
          snapshot: computeAgeS(findNewestMs(viewsFolder), clock),
          backup: computeAgeS(readBackupMs(data), clock)
        })
    }
  )
}

/** Observes the appends of the process, those of its threads among them. */
export function createAppendObserver(registry: Registry): (seconds: number) => void {
  const seconds = metricsIn(registry).histogram(
    'tocsin_log_append_seconds',
    'Time from an append to its acknowledgement as durable.',
    writeBuckets
  )
  return each => seconds.observe(each)
}

/** Observes the commits of the embedded log. */
export function commitObserver(registry: Registry): (seconds: number) => void {
  const seconds = metricsIn(registry).histogram(
    'tocsin_log_fsync_seconds',
    'Time of one commit of the embedded log, which one fsync ends; an append may share it with others.',
    writeBuckets
  )
  return each => seconds.observe(each)
}

function readDisk(folder: string): Record<string, number> {
  const space = readOrNull(() => statfsSync(folder))
  return space === null
    ? {}
    : { free: space.bavail * space.bsize, size: space.blocks * space.bsize }
}

function readSize(file: string): number | null {
  return readOrNull(() => statSync(file).size)
}

function findNewestMs(folder: string): number | null {
  const times = readOrNull(() =>
    readdirSync(folder).flatMap(
      name => readOrNull(() => statSync(join(folder, name)).mtimeMs) ?? []
    )
  )
  return times === null || times.length === 0 ? null : Math.max(...times)
}

function readBackupMs(data: string): number | null {
  return readOrNull(() => {
    const last = JSON.parse(readFileSync(join(data, lastBackupName), 'utf8'))
    return Date.parse((last as { readonly takenAt: string }).takenAt)
  })
}

/**
 * Null if a file is not there or cannot be read: on a broken disk all other metrics must be served.
 */
function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

function computeAgeS(atMs: number | null, clock: Clock): number | null {
  return atMs === null ? null : Math.max(0, clock.nowMs() - atMs) / 1000
}

function dropNulls(values: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== null)
  )
}
