// Every CAP document that the demonstration makes, for each level of readers, and what the examples
// of the shipped packs end in: valid by the schema of OASIS, and referring only to what the same
// reader can read.

import { readFileSync } from 'node:fs'
import { renderCapDocument } from '@tocsin/contracts/cap/cap-document'
import { digest } from '@tocsin/contracts/json/digest'
import { countEvidence } from '@tocsin/contracts/record/alert-recording'
import { handlings } from '@tocsin/contracts/theatre/handling'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { sourceConfigured, theatreConfigured, ticked } from '@tocsin/testing/report/record-builder'
import { checkByXmllint, checkCap, hasXmllint } from '@tocsin/testing/xml/cap-validity'
import { expect, it } from 'vitest'
import { computeExampleAlerts } from '../../packages/rule-packs/src/pack-examples.ts'
import { readPack } from '../../packages/rule-packs/src/pack-file.ts'
import { loadShippedPack, shippedPacks } from '../../packages/rule-packs/src/shipped-packs.ts'
import { documentsOf, elements } from '../../services/notifier/test/support/cap-reading.ts'
import { Suite } from '../../services/notifier/test/support/http-suite.ts'
import { settle } from '../../services/notifier/test/support/manual-clock.ts'
import { readScenario } from '../harness/scenario-files.ts'
import { recordsOfScenario } from '../harness/scenario-records.ts'
import { Folding } from '../harness/twin-logs.ts'

const beforeAll = '1970-01-01T00:00:00.000Z'
const theatre = 'sahel'

async function expectValid(documents: readonly string[]): Promise<void> {
  expect(await checkCap(documents)).toEqual([])
  if (hasXmllint) expect(checkByXmllint(documents)).toEqual([])
}

/** The demonstration as the rules write it, with an end of each day. */
async function foldedScenario() {
  const scenario = await readScenario(theatre)
  const folding = new Folding()
  folding.take(ticked(beforeAll))
  folding.take(theatreConfigured({}, beforeAll))
  for (const source of scenario.setup.sources)
    folding.take(
      sourceConfigured({ ...source, reliability: source.reliability as 'A' }, { time: beforeAll })
    )
  for (const rule of defaultRules)
    folding.take({
      type: 'rule.configured',
      data: rule,
      theatre,
      time: beforeAll,
      id: digest('rule', rule.ruleId)
    })
  let day = ''
  for (const record of recordsOfScenario(scenario)) {
    if (day !== '' && record.time.slice(0, 10) > day)
      folding.take(ticked(`${record.time.slice(0, 10)}T00:00:00.000Z`))
    day = record.time.slice(0, 10)
    folding.take(record as TheatreRecord)
  }
  for (const days of [30, 365])
    folding.take(ticked(new Date(Date.parse(day) + days * 86_400_000).toISOString()))
  return folding.result
}

it('the demonstration makes valid documents for readers of each level', async () => {
  const log = await foldedScenario()
  const suite = await Suite.on({ store: new MemoryStore({ partitions: 1 }) }, { rules: false })
  await suite.h.log.append(topics.incidents, log.said)
  await suite.h.log.append(topics.assembly, log.assembly)
  await suite.h.log.append(topics.alerts, log.alerts)
  await settle(60)
  const types = new Set<string>()
  let count = 0
  for (const handling of handlings) {
    const documents = await documentsOf(suite, await suite.key(['alerts:read'], { handling }))
    await expectValid(documents)
    for (const text of documents) types.add(elements(text, 'msgType')[0] as string)
    count += documents.length
  }
  expect((await documentsOf(suite)).length).toBe(log.alertEvents.length)
  expect(count).toBeGreaterThan(50)
  expect([...types].sort()).toEqual(['Alert', 'Cancel', 'Update'])
})

it.each(shippedPacks)(
  'the examples of %s end in valid documents',
  async name => {
    const reading = readPack(readFileSync(loadShippedPack(name) as string))
    if (!reading.ok) throw new Error(`${name} cannot be read`)
    const { pack } = reading
    const documents = pack.rules.flatMap(rule =>
      rule.examples.flatMap(example =>
        computeExampleAlerts(pack, rule, example).map(state => {
          const { triggers, support } = countEvidence(state.evidence)
          const evidenceCount = {
            triggers,
            support: Object.values(support).reduce((sum, each) => sum + each, 0)
          }
          const { alertId, drill, handling, times } = state
          return renderCapDocument(
            {
              identifier: alertId,
              sent: times.detectedAt,
              type: 'Alert',
              isOfRecordAlone: false,
              alertId,
              status: 'Actual',
              drill,
              handling,
              references: [],
              alert: { ...state, evidenceCount }
            },
            { sender: 'tocsin', senderName: 'Tocsin', contact: null, web: null }
          )
        })
      )
    )
    expect(documents.length).toBeGreaterThan(2)
    await expectValid(documents)
  },
  60_000
)
