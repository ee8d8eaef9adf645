// What the rows of a file would become, without a suite and with one.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { createImporter } from '@tocsin/importers/formats'
import { describe, expect, it } from 'vitest'
import type { Foresight } from '../../src/acceptance/acceptance.ts'
import { foreseeAlone, runDry } from '../../src/imports/dry-run.ts'

const gazetteer = openWorldGazetteer({ boundariesPath: '' })
const report = {
  source: { id: 'wire' },
  externalId: '1',
  occurred: { from: '2025-06-01', to: '2025-06-02' },
  category: 'attack',
  location: { lat: 14.8, lon: -5.2 },
  private: { narrative: 'secret' }
}

const alone = foreseeAlone(gazetteer, Date.parse('2025-07-01T00:00:00Z'))

async function judged(reports: readonly object[], foresee: Foresight = alone) {
  const accepted: object[] = []
  async function* bytes() {
    yield Buffer.from(reports.map(each => `${JSON.stringify(each)}\n`).join(''))
  }
  const outcome = await runDry({
    bytes: bytes(),
    importer: createImporter('ndjson', null),
    settings: {
      ...{ source: null, reportedAt: null, knownAtColumn: null, handling: null, mapping: null },
      ...{ encoding: 'utf-8', areas: () => null, otherCountry: () => null, nowMs: 0 }
    },
    foresee,
    signal: new AbortController().signal,
    onJudged: (item, { kind }) => {
      if (item.kind === 'report' && kind === 'accepted') accepted.push(item.report)
    }
  })
  return { outcome, accepted }
}

describe('a dry run', () => {
  it('accepts by the contract and the gazetteer, and shows no private texts', async () => {
    const { outcome, accepted } = await judged([report])
    expect(outcome).toMatchObject({
      tally: { rows: 1, accepted: 1 },
      ...{ categories: { attack: 1 }, countries: { ML: 1 }, sources: { wire: 1 } },
      occurred: { from: '2025-06-01', to: '2025-06-02' },
      ...{ finished: true, brokenBy: null }
    })
    const { private: _, ...open } = report
    expect(outcome.examples).toEqual([{ row: 1, report: open }])
    expect(accepted).toEqual([report])
  })

  it('refuses by row and member: the contract, an unknown area, the future', async () => {
    const { outcome } = await judged([
      { ...report, category: 'party' },
      { ...report, location: { name: 'x', country: 'ML', admin1: 'Nowhere' } },
      { ...report, occurred: { from: '2025-08-01', to: '2025-08-01' } }
    ])
    expect(outcome.tally).toMatchObject({ rows: 3, accepted: 0 })
    expect(outcome.firstRefused.map(({ row, faults }) => [row, faults[0]?.column])).toEqual([
      [1, '/category'],
      [2, '/location/admin1'],
      [3, expect.stringMatching(/^\/occurred/)]
    ])
  })

  it('says of a suite what only it knows', async () => {
    const { outcome, accepted } = await judged(
      ['new', 'known', 'gone', 'of others'].map(externalId => ({ ...report, externalId })),
      body => {
        const { externalId } = body as { externalId: string }
        if (externalId === 'gone') throw new ProblemError('report-withdrawn', 'Gone.')
        if (externalId === 'of others') throw new ProblemError('forbidden', 'Not yours.')
        return { ...alone(body), isDuplicate: externalId === 'known' }
      }
    )
    expect(outcome.tally).toMatchObject({ rows: 4, accepted: 1, duplicates: 1, staysWithdrawn: 1 })
    expect(outcome.firstRefused).toEqual([
      { row: 4, faults: [{ column: null, reason: 'not-allowed', detail: 'forbidden: Not yours.' }] }
    ])
    expect(accepted).toHaveLength(1)
  })

  it('judges no row where the suite cannot tell now', async () => {
    const behind = () => {
      throw new ProblemError('projection-behind', 'Not yet.')
    }
    await expect(judged([report], behind)).rejects.toThrow('Not yet.')
  })
})
