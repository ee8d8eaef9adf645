// The demonstration as a file: reports meant to be accepted are valid, and those meant to be
// refused are refused for the intended reason. Its outcome is in scenario.e2e.test.ts.

import { readFileSync } from 'node:fs'
import { checkScenarioLine } from '@tocsin/contracts/report/report-shape'
import { checkReportTimes, parseReportInput } from '@tocsin/contracts/report/report-validation'
import { describe, expect, it } from 'vitest'
import { readScenario } from '../harness/scenario-files.ts'

describe.each(['sahel', 'diosso-appeal'])('the scenario %s', name => {
  it('has lines of the published shape', () => {
    const text = readFileSync(
      new URL(`../../packages/host/scenarios/${name}.ndjson`, import.meta.url),
      'utf8'
    )
    for (const row of text.trim().split('\n'))
      expect(checkScenarioLine(JSON.parse(row))).toMatchObject({ ok: true })
  })

  it('has only reports that are valid at their time, except the one with a wrong year', async () => {
    const { lines } = await readScenario(name)
    const refused: Record<string, readonly string[]> = {}
    for (const line of lines.filter(line => line.action !== 'delete')) {
      const parsed = parseReportInput(line.body)
      expect(parsed, `line ${line.lineNumber}`).toMatchObject({ ok: true })
      const errors = parsed.ok ? checkReportTimes(parsed.report, Date.parse(line.at)) : []
      if (errors.length > 0) refused[line.externalId ?? ''] = errors.map(error => error.pointer)
    }
    expect(refused).toEqual(
      name === 'sahel' ? { 'BD-250604-1': ['/occurred/from', '/occurred/to'] } : {}
    )
  })

  it('posts only for declared sources, and corrects and withdraws only what was posted before', async () => {
    const { lines, setup } = await readScenario(name)
    const declared = new Set(setup.sources.map(source => source.id))
    const posted = new Set<string>()
    for (const { action, sourceId, externalId, lineNumber } of lines) {
      expect(declared, `line ${lineNumber}`).toContain(sourceId)
      if (action !== 'report')
        expect(posted, `line ${lineNumber}`).toContain(`${sourceId} ${externalId}`)
      posted.add(`${sourceId} ${externalId}`)
    }
  })

  it('explains every line', async () => {
    const { lines } = await readScenario(name)
    const document = readFileSync(
      new URL('../../packages/host/scenarios/sahel.md', import.meta.url),
      'utf8'
    )
      .replace(/`TN-2511-1` … `TN-2511-4`/, '`TN-2511-1` `TN-2511-2` `TN-2511-3` `TN-2511-4`')
      .replace(/`SW-250608-1` … `SW-250608-3`/, '`SW-250608-1` `SW-250608-2` `SW-250608-3`')
    for (const { externalId } of lines) expect(document).toContain(`\`${externalId}\``)
  })
})
