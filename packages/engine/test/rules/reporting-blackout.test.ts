// What the examples of reporting-blackout cannot say: archives and files of old news are no sign of
// life of a source.

import { received, sourceConfigured, ticked } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import { expect, it } from 'vitest'
import { formatDay } from '../../src/data/time.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makePlace } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'

const firstDay = 45_000
const rules = makeRuleSet([
  {
    ruleId: 'reporting-blackout',
    ruleVersion: 1,
    pattern: 'reporting-blackout',
    parameters: {}
  }
])

/** Alerts where a source is silent about one area, and reports from another each week. */
function countSilences(archive: boolean, laneElsewhere: 'live' | 'backfill'): number {
  const engine = new Engine(rules, makeSilentPublisher)
  const times = { reliability: 'B', latenessDays: 0, cadenceDays: 400 } as const
  engine.apply(sourceConfigured({ id: 'wire', archive, ...times }))
  engine.apply(sourceConfigured({ id: 'clock', ...times }))
  for (let week = 0; week < 24; week++) {
    const at = formatDay(firstDay + 7 * week)
    const report = (sourceId: string, admin1: string, lane: 'live' | 'backfill') =>
      received(
        aReport({
          sourceId,
          externalId: `${sourceId}-${admin1}-${week}`,
          category: 'protest',
          occurred: { from: at, to: at },
          reportedAt: `${at}T12:00:00.000Z`,
          place: makePlace({
            name: admin1,
            admin1,
            statedAdmin1: admin1,
            lat: Number(admin1.at(-1))
          }),
          lane
        })
      )
    if (week < 10) engine.apply(report('wire', 'ML-5', 'live'))
    engine.apply(report('wire', 'ML-6', week < 10 ? 'live' : laneElsewhere))
    engine.apply(report('clock', 'ML-8', 'live'))
  }
  engine.apply(ticked(formatDay(firstDay + 7 * 24)))
  return [...engine.listFindings()].length
}

it('counts a source as alive by its live reports only', () => {
  expect(countSilences(false, 'live')).toBe(1)
  expect(countSilences(false, 'backfill')).toBe(0)
  expect(countSilences(true, 'live')).toBe(0)
})
