import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchSuite } from '../../src/suite/suite-metrics.ts'

let data: string
beforeEach(async () => {
  data = await makeTempDir()
})
afterEach(() => removeDir(data))

function watched(folder: string): Registry {
  const metrics = new Registry()
  const clock = new ManualClock(Date.parse('2025-06-02T00:00:00Z'))
  watchSuite(metrics, {
    data: folder,
    viewsFolder: join(folder, 'views'),
    roles: ['intake', 'rules'],
    clock
  })
  return metrics
}

it('tells sizes of the log, space of the disk, and ages of snapshot and backup', async () => {
  for (const folder of ['log', 'views']) mkdirSync(join(data, folder))
  writeFileSync(join(data, 'log/log.sqlite'), 'x'.repeat(100))
  writeFileSync(join(data, 'log/log.sqlite-wal'), 'x'.repeat(30))
  for (const [name, hour] of [
    ['old', '20'],
    ['new', '23']
  ] as const) {
    const at = new Date(`2025-06-01T${hour}:00:00Z`)
    writeFileSync(join(data, 'views', name), '')
    utimesSync(join(data, 'views', name), at, at)
  }
  writeFileSync(join(data, 'last-backup.json'), '{"takenAt":"2025-06-01T12:00:00.000Z"}')
  const text = await watched(data).metrics()
  expect(text).toMatch(
    /^tocsin_build_info\{version="[\d.]+",node="24\..*",services="intake,rules"\} 1$/m
  )
  expect(text).toContain('tocsin_log_bytes{part="log"} 100\ntocsin_log_bytes{part="wal"} 30\n')
  expect(text).toContain('tocsin_file_age_seconds{kind="snapshot"} 3600\n')
  expect(text).toContain('tocsin_file_age_seconds{kind="backup"} 43200\n')
  expect(text).toMatch(/^tocsin_disk_bytes\{kind="free"\} \d+$/m)
})

it('leaves out what is not there', async () => {
  const text = await watched(join(data, 'nothing')).metrics()
  expect(text).not.toMatch(/^tocsin_(?!build_info)/m)
})
