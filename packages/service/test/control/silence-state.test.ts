import type { ControlPayload, ControlRecord } from '@tocsin/contracts/record/control-record'
import { describe, expect, it } from 'vitest'
import { applyControl, emptyControlState } from '../../src/control/control-state.ts'
import { computeEnd, computeStanding, silencesOverMax } from '../../src/control/silence-state.ts'

const startMs = Date.parse('2026-03-01T12:00:00.000Z')
const at = (minutes: number) => new Date(startMs + minutes * 60_000).toISOString()
const created = (silenceId: string, more: object = {}) => ({
  type: 'silence.created' as const,
  data: {
    ...{
      silenceId,
      filter: {},
      alertId: null,
      subscriptionId: null,
      startsAt: at(0),
      endsAt: at(60),
      includesExtreme: false
    },
    ...{
      reason: 'exercise',
      ownerKeyId: 'k1',
      theatres: '*' as const,
      handling: 'internal' as const
    },
    ...more
  }
})
const ended = (silenceId: string) => ({ type: 'silence.ended' as const, data: { silenceId } })

function fold(...told: readonly (readonly [minutes: number, payload: ControlPayload])[]) {
  let state = emptyControlState
  told.forEach(([minutes, payload], i) => {
    state = applyControl(state, { ...payload, id: `r${i}`, time: at(minutes) } as ControlRecord)
  })
  return state.silences
}
const standings = (silences: ReturnType<typeof fold>, minutes: number) =>
  [...silences.values()].map(
    each => `${each.silenceId} ${computeStanding(each, startMs + minutes * 60_000)}`
  )

describe('silences in the control log', () => {
  it('wait, hold and are over, by their own times', () => {
    const silences = fold([-10, created('a')])
    expect([-1, 0, 59, 60].map(minutes => standings(silences, minutes)[0])).toEqual([
      'a waiting',
      'a holding',
      'a holding',
      'a over'
    ])
  })

  it('are over from when they are ended, and one that is over is not ended again', () => {
    const silences = fold(
      [0, created('a')],
      [0, created('b')],
      [20, ended('a')],
      [30, ended('a')],
      [90, ended('b')],
      [90, ended('c')]
    )
    expect(standings(silences, 20)).toEqual(['a over', 'b holding'])
    expect(silences.get('a')?.endedAt).toBe(at(20))
    expect(computeEnd(silences.get('a')!)).toBe(at(20))
    expect(silences.get('b')?.endedAt).toBeNull()
  })

  it('count by their first record', () => {
    expect(fold([0, created('a')], [1, created('a', { reason: 'another' })]).get('a')?.reason).toBe(
      'exercise'
    )
  })

  it('are limited, whoever makes and ends them: those that ended last are listed', () => {
    const steps = Array.from({ length: silencesOverMax + 20 }, (_, i) => [
      [i, created(`s${i}`)] as const,
      [i, ended(`s${i}`)] as const
    ]).flat()
    const silences = fold(
      ...steps.map(([minute, step]): [number, typeof step] => [minute / 100, step])
    )
    expect(silences.size).toBeLessThanOrEqual(silencesOverMax + 1)
    expect(silences.has(`s${silencesOverMax + 19}`)).toBe(true)
    expect(silences.has('s0')).toBe(false)
  })
})
