import type { AlertState } from '@tocsin/domain/alert/alert'
import { policyDefaults } from '@tocsin/domain/notification/notification-policy'
import { playedFigures } from '@tocsin/domain/notification/policy-figures'
import { describe, expect, it } from 'vitest'
import { type AlertMoment, busiestSpan, eventsToTell } from '../../src/backtest/policy-moments.ts'

const dayMs = 86_400_000
const day = (n: number) => Date.parse('2012-01-01T00:00:00Z') + n * dayMs

function moment(atMs: number, alertId: string, changed: Partial<AlertState> = {}): AlertMoment {
  const data = {
    alertId,
    severity: 'severe',
    status: 'active',
    partOf: null,
    references: [],
    notify: 'page',
    theatre: 'sahel',
    ...changed
  }
  return { atMs, event: { type: 'alert.revised', data } as unknown as AlertMoment['event'] }
}

describe('what a policy would have told', () => {
  it('leaves out old news of alerts that nobody was told of, and takes it of others', () => {
    const quiet = { notify: 'quiet' } as const
    const events = eventsToTell([
      moment(day(0), 'old', quiet),
      moment(day(0), 'new'),
      moment(day(1), 'new', quiet)
    ])
    expect(events.map(({ alertId }) => alertId)).toEqual(['new', 'new'])
  })

  it('finds the seven days with the most events', () => {
    const events = eventsToTell([0, 20, 21, 26, 27, 40].map(n => moment(day(n), 'a')))
    expect(busiestSpan(events, 7)).toEqual({ fromMs: day(20), toMs: day(27) })
    expect(busiestSpan(events, 2)).toEqual({ fromMs: day(20), toMs: day(22) })
    expect(busiestSpan([], 7)).toBeNull()
  })

  it('counts what is told again, and says so where that is more than is played', () => {
    const events = eventsToTell([moment(day(0), 'siege')])
    const policy = { ...policyDefaults, groupWaitSeconds: 0, updateMinutes: 0, repeatMinutes: 360 }
    const week = playedFigures(policy, events, { fromMs: day(0), toMs: day(7) })
    expect([week.told, week.toldByReason, week.isRepeatsCut]).toEqual([
      29,
      { first: 1, repeat: 28 },
      false
    ])
    const years = playedFigures({ ...policy, repeatMinutes: 5 }, events, {
      fromMs: day(0),
      toMs: day(1_000)
    })
    expect([years.toldByReason.repeat, years.isRepeatsCut]).toEqual([200_000, true])
  })

  it('counts what is told in a time, in all and in the fullest hour, beside the events', () => {
    const minutes = [0, 1, 2, 16, 17]
    const events = eventsToTell(minutes.map(minute => moment(day(0) + minute * 60_000, 'siege')))
    const figures = playedFigures(policyDefaults, events, { fromMs: day(0), toMs: day(1) })
    expect(figures).toMatchObject({
      events: 5,
      told: 3,
      eventsInHourMax: 5,
      toldInHourMax: 3,
      missed: [],
      briefCount: 0
    })
    expect(figures.toldByReason).toEqual({ first: 1, update: 2 })
    expect([figures.eventsPerHour, figures.toldPerHour]).toEqual([5 / 24, 3 / 24])
  })

  it('names what a policy would have missed, and counts what was over before it was due', () => {
    const night = { ...policyDefaults, quietHours: { from: '00:00', to: '23:59', timeZone: 'UTC' } }
    const brief = [moment(day(0), 'brief'), moment(day(0) + 1_000, 'brief', { status: 'resolved' })]
    const events = eventsToTell([moment(day(0), 'siege'), ...brief])
    expect(
      playedFigures(night, events, { fromMs: day(0), toMs: day(0) + 3_600_000 })
    ).toMatchObject({
      ...{ told: 0, missed: ['siege'], briefCount: 1 },
      untoldByReason: { 'ended-unheard': 1, 'quiet-hours': 1 }
    })
  })
})
