// One import from the first row to the last, against a suite that is a set of accepted reports:
// counts, refused rows, and resuming after a

import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createImporter } from '@tocsin/importers/formats'
import type { ImportItem, ImportSettings } from '@tocsin/importers/item/import-item'
import { countRefused, isBalanced, type RowResult } from '@tocsin/intake/imports/import-tally'
import { systemClock } from '@tocsin/service/process/clock'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainSettings as settings } from '../../../importers/test/import-sample.ts'
import { findCheckpoint, saveCheckpoint } from '../../src/import/import-checkpoint.ts'
import type { ImportInput } from '../../src/import/import-input.ts'
import { runImport } from '../../src/import/import-run.ts'

const identity = { fileSha256: 'f', settingsDigest: 's' }

/**
 * Rows of NDJSON: every `badEvery`th is not JSON, every `refusedEvery`th is refused by the suite.
 */
function textOf(rows: number, badEvery: number, refusedEvery: number): string {
  const line = (n: number) =>
    n % badEvery === 0
      ? `{"broken ${n}`
      : JSON.stringify({ externalId: String(n), refuse: n % refusedEvery === 0 })
  return Array.from({ length: rows }, (_, i) => `${line(i + 1)}\n`).join('')
}

function inputOf(text: string | Buffer): ImportInput {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  return {
    name: 'rows.ndjson',
    file: { path: 'rows.ndjson', bytes: bytes.length },
    bytesRead: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096)
    }
  }
}

class Crash extends Error {}

/**
 * A suite that keeps accepted reports, and crashes the importer after some batches: the last one
 * accepted but not answered.
 */
class SetOfReports {
  readonly taken = new Set<string>()
  crashAfter = Number.POSITIVE_INFINITY
  readonly cursor = 'c'
  onBatch: () => void = () => {}

  async post(items: readonly ImportItem[]): Promise<readonly RowResult[]> {
    const results = items.map(item => this.#take(item))
    this.onBatch()
    if (--this.crashAfter <= 0) throw new Crash('killed')
    return results
  }

  #take(item: ImportItem): RowResult {
    if (item.kind === 'refused') return { kind: 'refused', faults: item.faults }
    if (item.kind !== 'report') throw new Error('not part of this story')
    const { externalId, refuse } = item.report as unknown as { externalId: string; refuse: boolean }
    if (refuse)
      return {
        kind: 'refused',
        faults: [{ column: 'refuse', reason: 'contract', detail: 'is, "true"' }]
      }
    const duplicate = this.taken.has(externalId)
    this.taken.add(externalId)
    return { kind: duplicate ? 'duplicate' : 'accepted' }
  }
}

async function importOnce(
  dir: string,
  text: string | Buffer,
  suite: SetOfReports,
  signal = new AbortController().signal,
  encoding: ImportSettings['encoding'] = 'utf-8'
) {
  await mkdir(dir, { recursive: true })
  const file = join(dir, 'state.json')
  const found = await findCheckpoint(file, identity)
  return runImport({
    input: inputOf(text),
    importer: createImporter('ndjson', null),
    settings: { ...settings, encoding },
    poster: suite,
    clock: systemClock,
    signal,
    from: found.kind === 'found' ? found.state : null,
    state: { file, ...identity },
    hindrances: null,
    edition: null,
    refusedPaths: extension => ({ rows: join(dir, `r.${extension}`), reasons: join(dir, 'r.csv') }),
    onProgress: () => {}
  })
}

async function filesIn(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir)).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(dir, name), 'utf8')]))
  )
}

describe('an import', () => {
  it('counts every row once, and keeps refused rows with their reasons', async () => {
    await withTempDir(async dir => {
      const outcome = await importOnce(dir, textOf(9, 4, 5), new SetOfReports())
      expect(outcome).toMatchObject({
        finished: true,
        tally: { rows: 9, accepted: 6, duplicates: 0 }
      })
      expect(isBalanced(outcome.tally)).toBe(true)
      expect(await filesIn(dir)).toEqual({
        'r.ndjson': '{"broken 4\n{"externalId":"5","refuse":true}\n{"broken 8\n',
        'r.csv': expect.stringMatching(
          /^row,column,reason,detail\n4,,unreadable,"?is not JSON[^\n]*\n5,refuse,contract,"is, ""true"""\n8,,unreadable,[^\n]*\n$/
        )
      })
    })
  })

  it('warns if rows of another edition are changed and nothing says which is later', async () => {
    await withTempDir(async dir => {
      const text =
        'id,type_of_violence,latitude,longitude,country,date_start,date_end,source_date\n1,1,14,-5,Mali,2020-01-02,2020-01-02,2020-01-05\n'
      const warnings = async (reportedAt: string | null) => {
        const { tally } = await runImport({
          input: inputOf(text),
          importer: createImporter('ucdp-ged', null),
          settings: { ...settings, reportedAt },
          poster: {
            cursor: null,
            post: async items => items.map(() => ({ kind: 'accepted', isRevision: true }))
          },
          clock: systemClock,
          signal: new AbortController().signal,
          from: null,
          state: null,
          hindrances: null,
          edition: null,
          refusedPaths: () => ({ rows: join(dir, 'r'), reasons: join(dir, 'rr') }),
          onProgress: () => {}
        })
        return tally.warnings
      }
      expect(await warnings(null)).toEqual({ 'edition-undated': 1 })
      expect(await warnings('2024-06-03T00:00:00Z')).toEqual({})
    })
  })

  it('leaves no file of refused rows if there are none, not even an old one', async () => {
    await withTempDir(async dir => {
      await importOnce(dir, textOf(9, 4, 5), new SetOfReports())
      await importOnce(dir, textOf(9, 100, 100), new SetOfReports())
      expect(await filesIn(dir)).toEqual({})
    })
  })

  it('writes refused rows in a form that the same command can read: with their bytes, or as marked UTF-8', async () => {
    await withTempDir(async dir => {
      const suite = new SetOfReports()
      const broken = Buffer.concat([
        Buffer.from('{"broken S'),
        Buffer.from([0xe9]),
        Buffer.from('gou"}\n')
      ])
      await importOnce(dir, broken, suite)
      expect(await readFile(join(dir, 'r.ndjson'))).toEqual(broken)
      const latin = Buffer.from('{"broken Ségou\n', 'latin1')
      await importOnce(join(dir, 'latin'), latin, suite, undefined, 'windows-1252')
      const refused = await readFile(join(dir, 'latin', 'r.ndjson'))
      expect(refused.toString()).toBe('\u{FEFF}{"broken Ségou\n')
      await importOnce(join(dir, 'again'), refused, suite, undefined, 'windows-1252')
      expect(await readFile(join(dir, 'again', 'r.ndjson'))).toEqual(refused)
    })
  })

  it('finds only duplicates the second time', async () => {
    await withTempDir(async dir => {
      const suite = new SetOfReports()
      await importOnce(dir, textOf(50, 100, 100), suite)
      expect((await importOnce(dir, textOf(50, 100, 100), suite)).tally).toMatchObject({
        rows: 50,
        accepted: 0,
        duplicates: 50
      })
    })
  })

  it('resumes after any number of crashes with nothing skipped or repeated, and the same refused rows', async () => {
    await withTempDir(async dir => {
      const text = textOf(12_000, 97, 89)
      const whole = new SetOfReports()
      const expected = await importOnce(join(dir, 'whole'), text, whole)
      let n = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
          async crashes => {
            const suite = new SetOfReports()
            const out = join(dir, String(n++))
            for (const crash of crashes) {
              suite.crashAfter = crash
              await importOnce(out, text, suite).catch((error: unknown) =>
                expect(error).toBeInstanceOf(Crash)
              )
              suite.crashAfter = Number.POSITIVE_INFINITY
            }
            const { tally } = await importOnce(out, text, suite)
            expect(suite.taken).toEqual(whole.taken)
            expect(isBalanced(tally)).toBe(true)
            expect([tally.rows, tally.accepted + tally.duplicates, countRefused(tally)]).toEqual([
              12_000,
              expected.tally.accepted,
              countRefused(expected.tally)
            ])
            expect(await filesIn(out)).toEqual(await filesIn(join(dir, 'whole')))
          }
        ),
        { numRuns: 12 }
      )
    })
  })

  it('that is stopped says so, and resumes where it was', async () => {
    await withTempDir(async dir => {
      const suite = new SetOfReports()
      const controller = new AbortController()
      suite.onBatch = () => controller.abort()
      const text = textOf(12_000, 97, 89)
      const stopped = await importOnce(dir, text, suite, controller.signal)
      expect(stopped.finished).toBe(false)
      expect(stopped.tally.rows).toBeGreaterThan(0)
      expect(stopped.tally.rows).toBeLessThan(12_000)
      const rest = await importOnce(dir, text, suite)
      expect(rest).toMatchObject({ finished: true, tally: { rows: 12_000, duplicates: 0 } })
      expect(rest.rowsNow).toBe(12_000 - stopped.tally.rows)
    })
  })
})

describe('the progress note of an import', () => {
  const tally = {
    rows: 3,
    accepted: 3,
    duplicates: 0,
    withdrawn: 0,
    staysWithdrawn: 0,
    skipped: {},
    refused: {},
    warnings: {}
  }
  const state = {
    version: 1,
    ...identity,
    row: 3,
    tally,
    cursor: 'c',
    refusedPaths: null,
    refusedBytes: 0,
    reasonsBytes: 0,
    refusedCount: 0
  } as const

  it('is used only for the same file, options and refused rows', async () => {
    await withTempDir(async dir => {
      const file = join(dir, 'state.json')
      expect(await findCheckpoint(file, identity)).toEqual({ kind: 'none' })
      await saveCheckpoint(file, state)
      expect(await findCheckpoint(file, identity)).toEqual({ kind: 'found', state })
      expect(await findCheckpoint(file, { ...identity, fileSha256: 'g' })).toEqual({
        kind: 'of-another',
        what: 'file'
      })
      expect(await findCheckpoint(file, { ...identity, settingsDigest: 't' })).toEqual({
        kind: 'of-another',
        what: 'settings'
      })
      await saveCheckpoint(file, {
        ...state,
        refusedPaths: { rows: join(dir, 'gone'), reasons: join(dir, 'gone too') },
        refusedBytes: 9
      })
      expect(await findCheckpoint(file, identity)).toEqual({ kind: 'without-refused' })
      await saveCheckpoint(file, { ...state, row: 'x' } as never)
      expect(await findCheckpoint(file, identity)).toEqual({ kind: 'unreadable' })
      expect(existsSync(`${file}.next`)).toBe(false)
    })
  })
})
