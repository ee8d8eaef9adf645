// What an officer may declare of an incident, and what is sent.

import { describe, expect, it } from 'vitest'
import {
  blankIncidentDraft,
  isDeclarable,
  isDivisible,
  makeDeclarationBody,
  mergeableWith
} from '../src/records/incident.ts'
import type { ShownEvidence, ShownIncident, ShownReport } from '../src/shown/shown-alert.ts'

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
const other = incident('s', report('c', 'ngo'))
const sameSource = incident('r', report('d', 'radio'))
const gone = { ...incident('g', report('e', 'paper')), withdrawn: true }

describe('a split', () => {
  const draft = blankIncidentDraft('split')
  it.each<[boolean, string[]]>([
    [false, []],
    [true, ['a']],
    [false, ['a', 'b']],
    [false, ['gone']],
    [true, ['a', 'gone']]
  ])('takes some of the reports and leaves some: %s of %j', (is, leaving) => {
    expect(isDeclarable({ ...draft, leaving }, two)).toBe(is)
  })

  it('is of an incident with several reports that stands', () => {
    expect([two, other, { ...two, withdrawn: true }].map(isDivisible)).toEqual([true, false, false])
  })

  it('is sent with its reports, and without an empty note', () => {
    const sent = (note: string) => makeDeclarationBody({ ...draft, leaving: ['b'], note })
    expect(sent('  ')).toEqual({ reports: ['b'], handling: 'internal' })
    expect(sent(' two ')).toEqual({ reports: ['b'], note: 'two', handling: 'internal' })
  })
})

describe('a merge', () => {
  it('is offered with events that may be the same one', () => {
    const all = evidence(two, other, sameSource, gone, null)
    expect(mergeableWith(two, all).map(({ incidentId }) => incidentId)).toEqual(['s'])
    const draft = blankIncidentDraft('merge')
    const chosen = { ...draft, other: 's' }
    expect([draft, chosen].map(each => isDeclarable(each, two))).toEqual([false, true])
    expect(makeDeclarationBody(chosen)).toEqual({ with: 's', handling: 'internal' })
  })
})
