// Where in a partition the records lie of which other engines told last. Theatres are not folded in
// the order of the log.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import { expect, it } from 'vitest'
import { OthersAhead } from '../src/partition/others-ahead.ts'
import { PartitionScope } from '../src/partition/partition-scope.ts'
import { ControlPlan } from '../src/theatre/control-plan.ts'
import { domainForm } from '../src/theatre/fold-form.ts'
import { noFacts } from '../src/theatre/published-alerts.ts'
import { clock, observer, plain, theatre } from './engine-harness.ts'

const tick = (day: number) =>
  ({ type: 'clock.ticked', data: { to: `2025-06-0${day}T00:00:00.000Z`, gap: false } }) as const

it('finds what lies behind the mark of a theatre, also where a theatre that is further on asked before', async () => {
  const log = new MemoryLog()
  for (const day of [1, 2, 3, 4]) await theatre(log, tick(day), `record-${day}`)
  const signal = new AbortController().signal
  const scope = new PartitionScope({
    log,
    clock,
    observer: observer(),
    snapshotEveryRecords: 0,
    pageRecordsMax: 7,
    compression: plain,
    form: domainForm,
    plan: new ControlPlan({ log, clock, signal, onRetry: () => undefined }),
    partition: 0,
    partitionsHeld: () => 1
  })
  for (const [key, alerts] of [
    ['slow', 'record-2'],
    ['quick', 'record-4']
  ] as const) {
    const facts = noFacts()
    scope.unmet.set(key, {
      ...facts,
      others: { ...facts.others, causes: { alerts, incidents: null } }
    })
  }
  const others = new OthersAhead(scope)
  expect(await others.behind(2n, new Set(['record-4']))).toEqual(new Set(['record-4']))
  expect(await others.behind(0n, new Set(['record-2']))).toEqual(new Set(['record-2']))
  expect(await others.behind(1n, new Set(['record-2']))).toEqual(new Set())
})
