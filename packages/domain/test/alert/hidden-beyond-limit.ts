// Stories whose alerts have more evidence than is listed, part of it hidden: told with and without
// the hidden reports.

import type { AlertEvent } from '@tocsin/domain/alert/alert'
import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import { FoldStory, type ReportSketch, revisionOf } from '../fold-story.ts'

const originMs = Date.parse('2025-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)

/** Days of one story; each has reports, of which the restricted ones are told or not. */
type Days = readonly (readonly Omit<ReportSketch, 'at'>[])[]

/**
 * The alert events of a story. A report keeps its record id, whether the hidden ones are there or
 * not.
 */
export function eventsOf({ pattern, days }: Tale, withHidden: boolean): readonly AlertEvent[] {
  const rules = [{ ruleId: 'mine', ruleVersion: 1, pattern, parameters: {} }]
  const story = new FoldStory({ rules, start: '2024-12-31', sources: ['wire-1'] })
  for (const [n, sketches] of days.entries()) {
    for (const sketch of sketches) {
      if (sketch.handling === 'restricted' && !withHidden) continue
      const data = revisionOf({ at: day(n), ...sketch })
      story.take({ type: 'report.received', data }, `record of ${sketch.id}`)
    }
    story.take(
      { type: 'clock.ticked', data: { to: `${day(n + 1)}T00:00:00.000Z`, gap: false } },
      `tick ${n}`
    )
  }
  return story.events
}

export interface Tale {
  readonly name: string
  readonly pattern: string
  readonly days: Days
}

const besieged = {
  settlement: 'Djibo',
  admin1: 'BF-12',
  country: 'BF',
  handling: 'public'
} as const
const began = [
  { id: 'ring', category: 'blockade', to: day(9), ...besieged },
  { id: 'aid', category: 'other', tactics: ['aid-denied'], to: day(9), ...besieged }
] as const
const many = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

/** More ungraded reports of a siege than are listed, hidden ones before those that all may see. */
export const hiddenSupport: Tale = {
  name: 'hidden support of a siege',
  pattern: 'siege',
  days: [
    began,
    ...many(9, () => []),
    many(520, n => ({
      id: `hidden-${String(n).padStart(3, '0')}`,
      category: 'blockade',
      credibility: 5,
      ...besieged,
      handling: 'restricted'
    })),
    ...many(30, n => [
      { id: `open-${n}`, category: 'blockade', credibility: 5, ...besieged } as const
    ])
  ]
}

/**
 * Hidden reports that lapsed before the siege began, before those that all may see and that lapsed
 * too.
 */
export const lapsedSupport: Tale = {
  name: 'hidden reports of a criterion that has lapsed',
  pattern: 'siege',
  days: [
    many(510, n => ({
      id: `hidden-${String(n).padStart(3, '0')}`,
      category: 'other',
      tactics: ['movement-denied'],
      ...besieged,
      handling: 'restricted'
    })),
    [{ id: 'open', category: 'other', tactics: ['movement-denied'], ...besieged }],
    began,
    [],
    []
  ]
}

/** A hidden trigger after as many as are listed. */
export function hiddenTrigger(count: number): Tale {
  return {
    name: 'a hidden trigger of a count',
    pattern: 'count',
    days: [
      ...many(count / 10, n =>
        many(
          10,
          i =>
            ({
              id: `open-${n}-${i}`,
              lat: 12 + i / 5,
              lon: -8 + i / 5,
              handling: 'public'
            }) as const
        )
      ),
      [{ id: 'hidden', lat: 10, lon: -5, handling: 'restricted' }],
      [{ id: 'after', lat: 10, lon: -7, handling: 'public' }]
    ]
  }
}
