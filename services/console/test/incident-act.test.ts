// What an officer may declare of an incident, and what is sent.

import { describe, expect, it } from 'vitest'
import type { ShownEvidence, ShownIncident, ShownReport } from '../src/shown/shown-alert.ts'
import {
  blankIncidentDraft,
  bodyOfDeclaration,
  isDeclarable,
  isDivisible,
  mergeableWith
} from '../src/upkeep/incident-act.ts'
import { choosable, turned, whyNotMerged, whyNotSplit } from '../src/upkeep/incident-choice.ts'

const report = (reportId: string, sourceId: string) =>
  ({ reportId, sourceId, externalId: null }) as ShownReport
const incident = (incidentId: string, ...reports: ShownReport[]) =>
  ({ incidentId, withdrawn: false, reports }) as unknown as ShownIncident
const evidence = (...incidents: (ShownIncident | null)[]): readonly ShownEvidence[] =>
  incidents.map((each, i) => ({
    incidentId: each?.incidentId ?? `x${i}`,
    role: 'trigger',
    handling: 'public',
    incident: each
  }))

const two = incident('i', report('a', 'desk'), report('b', 'radio'))

describe('a split', () => {
  it('takes some of the reports and leaves some', () => {
    const draft = blankIncidentDraft('split')
    const leaves = (...leaving: string[]) => isDeclarable({ ...draft, leaving }, two)
    expect([leaves(), leaves('a'), leaves('a', 'b'), leaves('gone'), leaves('a', 'gone')]).toEqual([
      false,
      true,
      false,
      false,
      true
    ])
    expect([isDivisible(two), isDivisible(incident('i', report('a', 'desk')))]).toEqual([
      true,
      false
    ])
    expect(isDivisible({ ...two, withdrawn: true })).toBe(false)
  })

  it('is sent with its reports, and without an empty note', () => {
    const draft = { ...blankIncidentDraft('split'), leaving: ['b'], note: '  ' }
    expect(bodyOfDeclaration(draft)).toEqual({ reports: ['b'], handling: 'internal' })
    expect(bodyOfDeclaration({ ...draft, note: ' two ' })).toEqual({
      reports: ['b'],
      note: 'two',
      handling: 'internal'
    })
  })
})

describe('a merge', () => {
  it('is offered with events that may be the same one', () => {
    const other = incident('o', report('c', 'ngo'))
    const same = incident('s', report('d', 'radio'))
    const gone = { ...incident('g', report('e', 'paper')), withdrawn: true }
    expect(
      mergeableWith(two, evidence(two, other, same, gone, null)).map(({ incidentId }) => incidentId)
    ).toEqual(['o'])
    const draft = blankIncidentDraft('merge')
    expect([isDeclarable(draft, two), isDeclarable({ ...draft, other: 'o' }, two)]).toEqual([
      false,
      true
    ])
    expect(bodyOfDeclaration({ ...draft, other: 'o' })).toEqual({ with: 'o', handling: 'internal' })
  })
})

describe('what is chosen', () => {
  const single = incident('s', report('c', 'ngo'))
  const sameSource = incident('r', report('d', 'radio'))
  const gone = { ...incident('g', report('e', 'paper')), withdrawn: true }
  const all = evidence(two, single, sameSource, gone, null)
  const chosen = (...ids: string[]) => choosable(ids, all)

  it('is one or two, of which another one takes the place of the second', () => {
    expect([turned([], 'a'), turned(['a'], 'b'), turned(['a', 'b'], 'c')]).toEqual([
      ['a'],
      ['a', 'b'],
      ['a', 'c']
    ])
    expect([turned(['a', 'b'], 'a'), turned(['a'], 'a')]).toEqual([['b'], []])
  })

  it('is evidence still: not what was withdrawn, or is one with another by now', () => {
    expect(chosen('s', 'merged', 'g', 'x4', 'i').map(({ incidentId }) => incidentId)).toEqual([
      's',
      'i'
    ])
  })

  it('can be split or merged, or it is said why not', () => {
    expect([chosen(), chosen('i'), chosen('s'), chosen('i', 's')].map(whyNotSplit)).toEqual([
      ...['none-chosen', null, 'one-report'],
      'two-chosen'
    ])
    const merges = [chosen(), chosen('i'), chosen('i', 's'), chosen('i', 'r'), chosen('s', 'r')]
    expect(merges.map(each => whyNotMerged(each, all))).toEqual([
      'none-chosen',
      'one-chosen',
      null,
      'same-source',
      null
    ])
  })
})
