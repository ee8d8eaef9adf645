// What reopens an alert that an officer closed: what occurred after that moment of the theatre's
// time, whatever the clocks of the machines said.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import type { TheatreConfig, TheatrePayload } from '../../src/record/theatre-record.ts'
import { FoldStory } from '../fold-story.ts'

/**
 * A front of three attacks by 9 March. An officer closes it after the tick of 10 March, at a
 * machine that says `time`.
 */
function closedAt(time: string, clock: TheatreConfig['clock']) {
  const story = new FoldStory({ sources: [] })
  const data = { id: 'sahel', countries: ['ML'], polygon: null, clock, retentionDays: 820 } as const
  const take = (payload: TheatrePayload, id: string) =>
    story.replay({ ...payload, id, theatre: 'sahel', time } as never)
  take({ type: 'theatre.configured', data }, 'theatre')
  const report = (id: string, at: string) =>
    story.report({ id, at, lat: 14, lon: -5, admin1: 'ML-5' })
  story.tick('2025-03-10')
  for (const [id, at] of [
    ['a', '2025-03-01'],
    ['b', '2025-03-05'],
    ['c', '2025-03-09']
  ] as const)
    report(id, at)
  const { alertId, operatorRevision } = story.standing('front')[0] as AlertState
  const none = { by: 'officer-1', until: null, note: null, to: null, text: null }
  const request = {
    ...none,
    actionId: 'act-1',
    alertId,
    ifMatch: operatorRevision,
    action: 'resolve',
    disposition: 'true'
  } as const
  take({ type: 'operator.requested', data: request }, 'act-1')
  return {
    story,
    report,
    events: (id: string, at: string) => report(id, at).map(({ type }) => type)
  }
}

describe('an alert that an officer closed', () => {
  it('is reopened by what occurs later in a replay of other days, and not by what occurred before', () => {
    const { story, events } = closedAt('2026-11-22T09:00:00.000Z', 'replay')
    expect(events('d', '2025-03-08')).toEqual(['alert.revised'])
    story.tick('2025-03-12')
    expect(events('e', '2025-03-11')).toEqual(['alert.reopened'])
  })

  it('is not reopened by earlier evidence where the machine says an earlier day', () => {
    for (const clock of ['wall', 'replay'] as const)
      expect(closedAt('2025-01-01T00:00:00.000Z', clock).events('d', '2025-03-08')).toEqual([
        'alert.revised'
      ])
  })

  it('is reopened by what occurs later on a wall clock, although a machine was years ahead when it was closed', () => {
    for (const time of ['2025-03-10T00:40:00.000Z', '2031-01-01T00:00:00.000Z']) {
      const { story, events } = closedAt(time, 'wall')
      expect(events('d', '2025-03-08')).toEqual(['alert.revised'])
      story.tick('2025-03-12')
      expect(events('e', '2025-03-11')).toEqual(['alert.reopened'])
    }
  })
})
