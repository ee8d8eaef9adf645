// An import process that is killed, stopped and restarted, into a suite that is killed too: at the
// end the log holds what one uninterrupted import would have written.

import { join } from 'node:path'
import { writeArchiveFile } from '@tocsin/bench/load/archive-file'
import { halfDigestLength } from '@tocsin/contracts/report/report-identity'
import { type TheatreRecord, unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { LogReader } from '@tocsin/event-log/embedded/log-reader'
import { topics } from '@tocsin/event-log/topics'
import { isBalanced } from '@tocsin/intake/imports/import-tally'
import { readOwnerKey } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { describe, expect, it } from 'vitest'
import { ImportProcess } from '../harness/import-process.ts'
import { type LogPosition, theatreRecords } from '../harness/logs.ts'
import { fullRun } from '../harness/test-size.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

/**
 * Enough that an import is killed in its middle; an interrupted one still sends what it has read,
 * some thousands of rows.
 */
const rows = fullRun ? 16_000 : 6_000
const endMs = Date.parse('2020-01-01')

/**
 * The only theatre is far away: what is imported is the matter here, and rules take ten times as
 * long.
 */
async function onlyFarAway(url: string, dataDir: string): Promise<void> {
  const answer = await fetch(`${url}/v1/theatres/far-away`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${await readOwnerKey(dataDir)}`,
      'content-type': 'application/json'
    },
    body: JSON.stringify({ countries: ['NZ'] })
  })
  expect(answer.status).toBe(201)
}

async function startSuite(): Promise<WholeSuite> {
  const suite = await WholeSuite.start()
  try {
    await onlyFarAway(suite.url, suite.dataDir)
    return suite
  } catch (error) {
    await suite.end()
    throw error
  }
}

/** With it the content of a report does not depend on the time of acceptance. */
const edition = ['--reported-at', '2025-06-02T00:00:00Z']

/**
 * The reports in the log, sorted by id, without acceptance times and sealed parts, which differ in
 * every suite.
 */
async function reportsIn(log: LogPosition): Promise<readonly unknown[]> {
  const records = await theatreRecords(log, unassignedTheatre)
  return records
    .filter((record: TheatreRecord) => record.type === 'report.received')
    .map(({ id, data }) => ({ id, data: JSON.parse(JSON.stringify(data, unsealed)) as unknown }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

function recordsIn(dataDir: string): bigint {
  const reader = new LogReader(dataDir)
  try {
    return reader.state(topics.incidents).reduce((sum, { end }) => sum + end, 0n)
  } finally {
    reader.close()
  }
}

function unsealed(key: string, value: unknown): unknown {
  // The other half depends on the report's own key for its private part.
  if (key === 'contentHash') return String(value).slice(0, halfDigestLength)
  return ['private', 'narrativeKey'].includes(key) && value !== null ? 'sealed' : value
}

describe('an import that is killed in the middle', () => {
  it('and resumes writes the same log as an uninterrupted one, also if the suite is killed, and nothing the second time', async () => {
    await withTempDir(async dir => {
      const file = join(dir, 'events.csv')
      await writeArchiveFile({ file, rows, years: 10, endMs })
      const whole = await startSuite()
      const broken = await startSuite()
      try {
        const importInto = (suite: WholeSuite) =>
          new ImportProcess({
            file,
            format: 'ucdp-ged',
            url: suite.url,
            dataDir: suite.dataDir,
            outDir: dir,
            args: edition
          })
        expect((await importInto(whole).outcome()).tally).toMatchObject({
          rows,
          accepted: rows,
          duplicates: 0
        })

        const first = importInto(broken)
        const killedAt = await waitFor(() => first.notedRow(), {
          what: 'note of an import',
          timeoutMs: 60_000
        })
        await first.kill9()
        expect(killedAt).toBeLessThan(rows)

        const before = recordsIn(broken.dataDir)
        const second = importInto(broken)
        const goesOn = () => recordsIn(broken.dataDir) > before + 100n
        await Promise.race([
          waitFor(goesOn, { what: 'more rows in the log', timeoutMs: 60_000 }),
          second.exited
        ])
        await broken.killAndRestart()
        const { tally, finished, rowsNow } = await second.outcome()
        expect([
          finished,
          isBalanced(tally),
          tally.rows,
          tally.accepted + tally.duplicates
        ]).toEqual([true, true, rows, rows])
        expect(rowsNow).toBeLessThan(rows)

        expect(await reportsIn(broken.log)).toEqual(await reportsIn(whole.log))
        expect((await importInto(broken).outcome()).tally).toMatchObject({
          rows,
          accepted: 0,
          duplicates: rows
        })
        expect(await reportsIn(broken.log)).toHaveLength(rows)
      } finally {
        await Promise.all([whole.end(), broken.end()])
      }
    })
  })
})
