// An archive of years as records of one theatre, for bench `rules`: a file in the columns of UCDP
// GED, or made-up rows of the same shape, read and placed as `tocsin backtest` does.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ReadBacktest, readBacktest } from '@tocsin/cli/backtest/backtest-reading'
import { theatreRecords } from '@tocsin/cli/backtest/backtest-records'
import { rulesShownBy } from '@tocsin/cli/backtest/known-items'
import { areaNamesOf, importGazetteer, otherCountryOf } from '@tocsin/cli/import/import-gazetteer'
import { importInput, sha256AndSecretOf } from '@tocsin/cli/import/import-input'
import type { RuleVersion, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { importerFor } from '@tocsin/importers/formats'
import type { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { archiveLines } from './archive-rows.ts'

const format = 'ucdp-ged'
/** The theatre of a backtest of one theatre. */
export const archiveTheatre = 'backtest'

export interface Archive {
  readonly what: string
  readonly read: ReadBacktest
}

/** Reads the file; null stands for made-up rows. Rejects as `tocsin backtest` does. */
export async function readArchive(file: string | null, seed: number): Promise<Archive> {
  if (file !== null) return { what: 'the file', read: await readRows(file) }
  return withTempDir(async dir => {
    const made = join(dir, 'archive.csv')
    await writeFile(made, `${archiveLines(seed).join('\n')}\n`)
    return { what: 'made-up rows', read: await readRows(made) }
  })
}

async function readRows(file: string): Promise<ReadBacktest> {
  const input = await importInput(file, process.stdin)
  const { secret } = await sha256AndSecretOf(input)
  const gazetteer = importGazetteer({})
  return readBacktest({
    input,
    importer: importerFor(format, null),
    settings: {
      source: null,
      reportedAt: null,
      knownAtColumn: null,
      handling: null,
      encoding: 'utf-8',
      areas: areaNamesOf(gazetteer),
      otherCountry: otherCountryOf(gazetteer),
      mapping: null
    },
    gazetteer,
    theatres: 'one',
    secret,
    nowMs: Date.now(),
    signal: new AbortController().signal,
    onProgress: () => {}
  })
}

/**
 * The records of the archive in order of knowledge, and ticks on the days on which the owner's fold
 * needs one.
 */
export function* archiveRecords(
  { read }: Archive,
  rules: readonly RuleVersion[],
  owner: TheatreOwner
): Generator<TheatreRecord> {
  const { shown } = rulesShownBy(format, rules)
  const plan = { ...read, rules: shown, reliability: 'B', theatres: 'one' } as const
  const nextDueMs = () =>
    owner.fold.alerts.hasMoreToSay ? Number.NEGATIVE_INFINITY : owner.fold.nextDeadlineMs()
  for (const { record } of theatreRecords(plan, nextDueMs)) yield record
}
