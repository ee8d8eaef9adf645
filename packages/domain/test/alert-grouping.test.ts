// Which alert an alert is part of: what gathers its area, then a story of its area, then a wider story that rests on its first trigger.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../src/alert.ts'
import { type Grouped, partOf } from '../src/alert-grouping.ts'

interface Sketch {
  readonly pattern?: string
  readonly group: Readonly<Record<string, string>>
  readonly admin1?: readonly string[]
  readonly status?: AlertState['status']
  readonly severity?: AlertState['severity']
  readonly drill?: boolean
  readonly seq?: number
}

function alert(alertId: string, { seq = 1, admin1 = ['ML-4'], ...of }: Sketch): Grouped {
  const area = { country: ['ML'], admin1, circle: null, settlement: null }
  const usual = { pattern: 'surge', status: 'provisional', severity: 'moderate', drill: false } as const
  return { firstSeq: seq, state: { ...usual, ...of, alertId, area } }
}

const front = alert('front', { group: { cell: '70:-25' } })
const surge = alert('surge', { group: { admin1: 'ML-4' } })
const crisis = alert('crisis', { pattern: 'compound-crisis', group: { admin1: 'ML-4' } })
const arc = alert('arc', { group: { theatre: 'all' }, admin1: ['ML-4', 'ML-5'] })

describe('an alert', () => {
  it('of a place is part of what gathers its area, before any story of that area', () => {
    expect(partOf(front, [surge, crisis], [])).toBe('crisis')
    expect(partOf(front, [surge], [])).toBe('surge')
    expect(partOf(front, [], [])).toBeNull()
  })

  it('about an area is part of what gathers it, and that is part of nothing there', () => {
    expect(partOf(surge, [crisis], [])).toBe('crisis')
    expect(partOf(crisis, [surge], [])).toBeNull()
  })

  it('is part of a wider story only where that rests on its first trigger', () => {
    expect(partOf(front, [], [arc])).toBe('arc')
    expect(partOf(front, [surge], [arc])).toBe('surge')
    expect(partOf(arc, [], [front, surge])).toBeNull()
  })

  it('is not part of what is told of one actor or one source in its area', () => {
    expect(partOf(front, [alert('new', { group: { actor: 'jnim', admin1: 'ML-4' } })], [])).toBeNull()
  })

  it('that lies in two areas is part of neither', () => {
    expect(partOf(alert('wide', { group: { cell: '70:-25' }, admin1: ['ML-4', 'ML-5'] }), [surge, crisis], [])).toBeNull()
    expect(partOf(alert('nowhere', { group: { cell: '70:-25' }, admin1: [] }), [surge], [])).toBeNull()
  })

  it('is never part of one that is over, nor a drill of what is real', () => {
    for (const status of ['resolved', 'retracted'] as const) {
      expect(partOf(front, [alert('over', { group: { admin1: 'ML-4' }, status })], [])).toBeNull()
    }
    expect(partOf(alert('drill', { group: { cell: '70:-25' }, drill: true }), [surge], [])).toBeNull()
  })

  it('is part of the more severe of two, then of the elder', () => {
    const severe = alert('severe', { group: { admin1: 'ML-4' }, severity: 'severe', seq: 9 })
    const elder = alert('elder', { group: { admin1: 'ML-4' }, seq: 0 })
    expect(partOf(front, [surge, elder, severe], [])).toBe('severe')
    expect(partOf(front, [surge, elder], [])).toBe('elder')
  })
})
