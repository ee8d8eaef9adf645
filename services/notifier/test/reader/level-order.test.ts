// The order of a level holds its alerts where they belong and as what they are by now, whatever
// comes, changes, is hidden and goes.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { type AlertCalls, isUnanswered } from '@tocsin/domain/response/alert-calls'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LevelOrder, type ListedAlert, type Place } from '../../src/reader/level-order.ts'
import { anAlert } from '../support/alert-builder.ts'

const step = fc.record({
  alert: fc.nat(6),
  does: fc.constantFrom('change', 'change', 'hide', 'leave'),
  severity: fc.constantFrom('minor' as const, 'severe' as const),
  theatre: fc.constantFrom('sahel', 'coast'),
  admin1: fc.constantFrom('ML-4', 'ML-5'),
  circle: fc.constantFrom(null, [14, -4, 5] as const, [15, -4, 5] as const),
  isCalling: fc.boolean(),
  by: fc.option(fc.constant('Ama')),
  disposition: fc.constantFrom(null, 'true' as const, 'false-alarm' as const)
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

class Listed implements ListedAlert {
  readonly alertId: string
  readonly firstTime: string
  outline: AlertState | null = null
  calls: AlertCalls = { calls: [], isCalling: false }

  constructor(alert: number) {
    this.alertId = `a${alert}`
    // Some at the same time.
    this.firstTime = `2026-03-01T12:00:0${alert % 4}.000Z`
  }

  become({ does, severity, theatre, admin1, circle, isCalling, by, disposition }: Step): void {
    const area = { country: ['ML'], admin1: [admin1], circle, settlement: null }
    const operator = { acknowledgedBy: by, acknowledgedUntil: null, assignedTo: null, disposition }
    const headline = `${severity} in ${theatre}`
    this.outline =
      does === 'hide'
        ? null
        : anAlert({ alertId: this.alertId, severity, theatre, area, operator, headline })
    const call = { pagedAtMs: 0, severity, taken: null, done: null, deeds: [], isSettled: false }
    this.calls = { calls: [call], isCalling }
  }

  outlineAt = () => this.outline
  callsAt = () => this.calls
  firstTimeAt = () => this.firstTime
  foldedHeadlineAt = () => this.outline?.headline ?? ''
}

const told = (alerts: Iterable<Listed>) =>
  [...alerts]
    .sort((a, b) => (`${a.firstTime} ${a.alertId}` < `${b.firstTime} ${b.alertId}` ? -1 : 1))
    .map(({ alertId, outline, calls }) => {
      if (outline === null) return [alertId, null, null]
      const { severity, theatre, area, operator } = outline
      return [
        alertId,
        area.circle,
        severity,
        theatre,
        ...area.admin1,
        isUnanswered(calls, operator)
      ]
    })

/**
 * Of alerts from a time on how many of each theatre were closed in each way, and which is the
 * newest; by looking at each.
 */
function talliedFrom(alerts: Iterable<Listed>, from: Record<string, string>) {
  const found = new Map<string, { first: string; count: number; newest: string }>()
  const inOrder = [...alerts].sort((a, b) =>
    `${a.firstTime} ${a.alertId}` < `${b.firstTime} ${b.alertId}` ? -1 : 1
  )
  for (const { alertId, firstTime, outline } of inOrder) {
    if (outline === null) continue
    const key = `${outline.theatre} ${outline.operator.disposition}`
    const known = found.get(key) ?? { first: firstTime, count: 0, newest: alertId }
    const isCounted = firstTime >= (from[outline.theatre] as string)
    found.set(key, { ...known, count: known.count + (isCounted ? 1 : 0), newest: alertId })
  }
  return found
}

/** The same of the tallies of an order, which are by kind. */
function talliedIn(order: LevelOrder<Listed>, from: Record<string, string>) {
  const found = new Map<string, { first: string; count: number; newest: string }>()
  const nameOf = (alertId: string) => `${new Listed(Number(alertId.slice(1))).firstTime} ${alertId}`
  for (const { kind, disposition, firstTime, count, newest } of order.tally(
    theatre => from[theatre] as string
  )) {
    const key = `${kind.facts.theatre} ${disposition}`
    const known = found.get(key) ?? { first: firstTime, count: 0, newest: newest.alertId }
    found.set(key, {
      first: [known.first, firstTime].toSorted()[0] as string,
      count: known.count + count,
      newest: nameOf(known.newest) > nameOf(newest.alertId) ? known.newest : newest.alertId
    })
  }
  return found
}

const shownIn = (
  rows: Iterable<
    ReturnType<LevelOrder<Listed>['newestFirst']> extends Generator<infer R> ? R : never
  >
) =>
  [...rows].map(({ alertId, kind, circle }) => {
    if (kind === null) return [alertId, circle, null]
    const { severity, theatre, area } = kind.facts
    return [alertId, circle, severity, theatre, ...area.admin1, kind.isUnanswered]
  })

it('is in order, from any place on, and says what each is now (property)', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(7), (steps, after) => {
      const order = new LevelOrder<Listed>('internal')
      const there = new Map<number, Listed>()
      for (const each of steps) {
        const known = there.get(each.alert)
        if (each.does === 'leave') {
          if (known !== undefined) order.leave(known)
          there.delete(each.alert)
          continue
        }
        const alert = known ?? new Listed(each.alert)
        alert.become(each)
        if (known === undefined) order.enter(alert, alert)
        order.note(alert)
        there.set(each.alert, alert)
      }
      const expected = told(there.values())
      expect(shownIn(order.newestFirst(null))).toEqual(expected.toReversed())
      const place = new Listed(after)
      const isAfter = ([alertId]: readonly unknown[]) => {
        const { firstTime } = new Listed(Number(String(alertId).slice(1)))
        return `${firstTime} ${alertId}` > `${place.firstTime} ${place.alertId}`
      }
      const before = expected.filter(each => each[0] !== place.alertId && !isAfter(each))
      expect(shownIn(order.newestFirst(place))).toEqual(before.toReversed())
      const from = { sahel: '2026-03-01T12:00:02.000Z', coast: '2026-03-01T12:00:01.000Z' }
      expect(talliedIn(order, from)).toEqual(talliedFrom(there.values(), from))
      const filled = new LevelOrder<Listed>('internal')
      filled.fill([...there.values()].map(alert => [alert, alert] as const))
      expect(shownIn(filled.newestFirst(null))).toEqual(expected.toReversed())
      expect(talliedIn(filled, from)).toEqual(talliedFrom(there.values(), from))
      // Each kind counts its alerts, and none is kept for nothing.
      const kinds = [...order.kinds].map(({ rows }) => rows)
      expect(kinds.every(rows => rows > 0)).toBe(true)
      expect(kinds.reduce((sum, rows) => sum + rows, 0)).toBe(
        expected.filter(each => each.length > 3).length
      )
    }),
    { numRuns: 300 }
  )
})

const bound = fc.option(
  fc.nat(7).map(alert => ({ firstTime: new Listed(alert).firstTime, alertId: `a${alert}` })),
  { freq: 1 }
)
const stretch = fc.record({
  direction: fc.constantFrom('newest' as const, 'oldest' as const),
  ...{ after: bound, from: bound, to: bound }
})

it('finds in a stretch what is of a wanted kind and headline, in as many goes as it takes (property)', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      stretch,
      fc.boolean(),
      fc.nat(3),
      (steps, asked, isOfWords, each) => {
        const order = new LevelOrder<Listed>('internal')
        const there = new Map<number, Listed>()
        for (const done of steps) {
          const known = there.get(done.alert)
          if (done.does === 'leave') {
            if (known !== undefined) order.leave(known)
            there.delete(done.alert)
            continue
          }
          const alert = known ?? new Listed(done.alert)
          alert.become(done)
          if (known === undefined) order.enter(alert, alert)
          order.note(alert)
          there.set(done.alert, alert)
        }
        const nameOf = ({
          firstTime,
          alertId
        }: {
          readonly firstTime: string
          readonly alertId: string
        }) => `${firstTime} ${alertId}`
        const isUp = asked.direction === 'oldest'
        const isIn = (alert: Listed) => {
          const [own, after] = [nameOf(alert), asked.after === null ? null : nameOf(asked.after)]
          if (after !== null && (isUp ? own <= after : own >= after)) return false
          return (
            (asked.from === null || own >= nameOf(asked.from)) &&
            (asked.to === null || own < nameOf(asked.to))
          )
        }
        const isWanted = ({ outline }: Listed) =>
          outline?.severity === 'severe' && (!isOfWords || outline.headline.includes('coast'))
        const expected = [...there.values()]
          .filter(alert => isIn(alert) && isWanted(alert))
          .map(nameOf)
          .sort()
        const found: string[] = []
        let [goes, kinds, looked] = [0, 0, 0]
        let at: Place | null = asked.after
        do {
          looked = 0
          at = order.look(
            { ...asked, after: at },
            {
              wantsKind: ({ facts }) => {
                kinds++
                return facts.severity === 'severe'
              },
              wantsHeadline: isOfWords ? folded => folded.includes('coast') : null,
              take: row => found.push(nameOf(row)),
              get mustStop() {
                return ++looked > each
              }
            }
          )
          goes++
        } while (at !== null)
        expect(found).toEqual(isUp ? expected : expected.toReversed())
        // Each kind is asked once in a go.
        expect(kinds).toBeLessThanOrEqual(goes * [...order.kinds].length)
      }
    ),
    { numRuns: 500 }
  )
})
