// What officers write of an alert, and their names, reach nobody below the handling that was
// stated, by no way out: a canary is in each of them, and everything that a reader gets is searched
// for it. The real engine and the real notifier.

import { digest } from '@tocsin/contracts/json/digest'
import type { OperatorRequest } from '@tocsin/domain/record/theatre-record'
import type { Handling } from '@tocsin/domain/report/handling'
import { startingRules } from '@tocsin/domain/rule/starting-rules'
import {
  received,
  sourceConfigured,
  theatreConfigured,
  ticked
} from '@tocsin/testing/report/record-builder'
import { aReport, placeOf, places } from '@tocsin/testing/report/report-builder'
import { describe, expect, it } from 'vitest'
import { readerBytes } from '../harness/reader-bytes.ts'
import { Entangled, type FoldedLog, Folding } from '../harness/twin-logs.ts'

const originMs = Date.parse('2025-01-01T00:00:00.000Z')
const dayMs = 86_400_000
const theatre = 'sahel'
const secret = 'Quarzibarnix'
const timeOf = (n: number) => new Date(originMs + 20 * dayMs + n * 60_000).toISOString()
const none = { until: null, note: null, to: null, text: null, disposition: null }

/**
 * Two alerts that everyone may see, and every action on one of them, with the canary wherever an
 * officer can put it.
 */
function story(handling: Handling | null): FoldedLog {
  const folding = new Folding()
  const begun = new Date(originMs).toISOString()
  folding.take(theatreConfigured({}, begun))
  folding.take(
    sourceConfigured(
      { id: 'wire-1', reliability: 'B', latenessDays: 2, cadenceDays: 30 },
      { theatre, time: begun }
    )
  )
  for (const rule of startingRules)
    folding.take({
      type: 'rule.configured',
      data: rule,
      theatre,
      time: begun,
      id: digest('rule', theatre, rule.ruleId)
    })
  folding.take(ticked(new Date(originMs + 20 * dayMs).toISOString(), { theatre }))
  for (const [i, day] of [14, 16, 18].entries()) {
    const date = new Date(originMs + day * dayMs).toISOString().slice(0, 10)
    const place = placeOf({ ...places.dioura, lat: (places.dioura.lat ?? 0) + i / 50 })
    const what = { externalId: `a${i}`, category: 'attack', place, handling: 'public' } as const
    folding.take(
      received(aReport({ sourceId: 'wire-1', occurred: { from: date, to: date }, ...what }), {
        time: timeOf(i)
      })
    )
  }
  let n = 10
  const states = () =>
    folding.result.alertEvents.flatMap(({ type, data }) =>
      type === 'alert.action-refused' ? [] : [data]
    )
  const [first, other] = [...new Set(states().map(({ alertId }) => alertId))]
  const act = (said: Partial<OperatorRequest> & Pick<OperatorRequest, 'action'>, stale = 0) => {
    const { alertId = first ?? '' } = said
    const actionId = `act-${n++}`
    const seen = states().findLast(state => state.alertId === alertId)
    const asked = { actionId, alertId, ifMatch: (seen?.operatorRevision ?? 0) + stale }
    const who = {
      by: `${secret} by`,
      byId: `key_${secret}`,
      ...(handling === null ? {} : { handling })
    }
    const data = { ...none, ...who, ...asked, ...said }
    folding.take({ type: 'operator.requested', data, theatre, time: timeOf(n), id: actionId })
  }
  act({ action: 'acknowledge', note: `${secret} note`, until: '2025-01-21T20:00:00.000Z' })
  act({ action: 'comment', text: `${secret} text` })
  act({ action: 'assign', to: `${secret} desk`, note: `${secret} hand-over` })
  act({ action: 'assign', to: 'late' }, -1)
  const seen = states().findLast(state => state.alertId === first)
  folding.take({
    type: 'response.requested',
    data: {
      ...{
        actionId: 'act-done',
        action: 'respond',
        alertId: first ?? '',
        ifMatch: seen?.operatorRevision ?? 0
      },
      ...{ by: `${secret} by`, byId: `key_${secret}`, ...(handling === null ? {} : { handling }) },
      ...{ kind: 'moved', at: null, text: `${secret} deed` }
    },
    ...{ theatre, time: timeOf(n), id: 'act-done' }
  })
  folding.take({
    type: 'answer.requested',
    data: {
      ...{
        actionId: 'act-answer',
        action: 'answer',
        alertId: first ?? '',
        subscriptionId: `sub_${secret}`,
        via: 'link'
      },
      ...{
        by: `${secret} partner`,
        holder: `${secret} partner`,
        until: null,
        note: `${secret} answer`,
        handling: 'internal'
      },
      response: { kind: 'warned', at: null, text: `${secret} there` }
    },
    ...{ theatre, time: timeOf(n), id: 'act-answer' }
  })
  act({ action: 'resolve', disposition: 'true', note: `${secret} end` })
  act({ action: 'comment', text: `${secret} afterwards` })
  folding.take({
    type: 'answer.requested',
    data: {
      ...{
        actionId: 'act-late',
        action: 'answer',
        alertId: first ?? '',
        subscriptionId: `sub_${secret}`,
        via: 'key'
      },
      ...{
        by: `${secret} partner`,
        holder: `${secret} partner`,
        until: null,
        note: null,
        handling: 'internal'
      },
      response: { kind: 'sent', at: null, text: `${secret} late deed` }
    },
    ...{ theatre, time: timeOf(n), id: 'act-late' }
  })
  // It stays open, as those in snapshots are.
  act({ action: 'acknowledge', alertId: other ?? '', note: `${secret} other` })
  folding.take(ticked(new Date(originMs + 22 * dayMs).toISOString(), { theatre }))
  return folding.result
}

async function told(handling: Handling | null, level: Handling): Promise<string[]> {
  const reader = { handling: level, theatres: '*' } as const
  const log = story(handling)
  return readerBytes(log, reader, new Entangled(reader, new Set(), [log]))
}

const kinds = [
  'list',
  'snapshot',
  'detail',
  'export of alerts',
  'features of alerts',
  'rows of alerts',
  'feed',
  'feed headline'
]
const transports = [
  ...kinds,
  'feed ids',
  'cap',
  'cap feed',
  'events',
  'stream',
  'stream again',
  'webhook'
]
const kindsIn = (lines: readonly string[]) =>
  transports.filter(kind => lines.some(line => line.startsWith(`${kind} `)))

describe('what officers write', () => {
  it.each(['public', 'partners'] as const)(
    'is internal unless said otherwise: by no way out to readers of %s',
    async level => {
      for (const handling of [null, 'internal', 'restricted'] as const) {
        const lines = await told(handling, level)
        // Every way out was taken.
        expect(kindsIn(lines)).toEqual(transports)
        expect(
          lines.filter(line => line.includes(secret) || line.includes('alert.answered'))
        ).toEqual([])
        // They are told that somebody has it, and how it ended.
        const detail =
          lines.find(line => line.startsWith('detail ') && line.includes('"disposition":"true"')) ??
          ''
        expect(detail).toContain('"acknowledgedBy":"an officer"')
        expect(detail).toContain('"assignedTo":"an officer"')
        expect(
          lines.some(
            line => line.startsWith('cap ') && line.includes('Acknowledged by an officer until')
          )
        ).toBe(true)
        expect(
          lines.some(
            line => line.startsWith('rows of alerts') && line.includes('an officer,an officer,true')
          )
        ).toBe(true)
        // Of older comments everyone was told that there was one: the numbers of later events stay.
        expect(
          lines.some(line => line.startsWith('stream ') && line.includes('alert.commented'))
        ).toBe(handling === null)
      }
    }
  )

  it('is read by those for whom it was written, on every way out that has room for it', async () => {
    for (const [handling, level] of [
      [null, 'internal'],
      ['internal', 'internal'],
      ['partners', 'partners'],
      ['public', 'public']
    ] as const) {
      const lines = await told(handling, level)
      const withIt = kindsIn(lines.filter(line => line.includes(secret)))
      expect(withIt).toEqual(
        transports.filter(kind => !['feed headline', 'feed ids', 'cap feed'].includes(kind))
      )
      for (const said of ['by', 'note', 'text', 'desk', 'hand-over', 'end', 'afterwards', 'deed'])
        expect(
          lines.some(line => line.startsWith('stream ') && line.includes(`${secret} ${said}`))
        ).toBe(true)
    }
  })
})
