// A report that is read again to be corrected: nothing that it said is lost by the form.

import { describe, expect, it } from 'vitest'
import {
  faultsIn,
  hidesTexts,
  makeOpenedDraft,
  makeReportBody,
  type ReportDraft
} from '../../src/records/report.ts'
import type { OpenedReport, ReportedPlace, ReportedRevision } from '../../src/shown/answers.ts'

const place: ReportedPlace = {
  ...{ name: 'Diosso', country: 'ML', statedAdmin1: null, lat: 14.1, lon: -5.3, radiusKm: 3 },
  ...{ admin1: null, foundAdmin1: null, settlement: null, settlementName: null },
  ...{ candidates: [], resolution: 'gazetteer' }
}
const revision = (more: Partial<ReportedRevision> = {}): ReportedRevision => ({
  ...{ reportId: 'r1', reportedAt: '2026-03-01T10:00:00Z', theatre: 'sahel', lane: 'live' },
  persons: [],
  ...{ sourceId: 'desk', externalId: 'e1', category: 'attack', tactics: [], place, alsoAt: [] },
  ...{ actors: [], targets: [], credibility: 6, handling: 'internal', drill: false },
  occurred: { from: '2026-03-01', to: '2026-03-01' },
  fatalities: { low: 3, best: null, high: null },
  ...more
})
const opened = (report: ReportedRevision | null): OpenedReport => ({
  ...{
    reportId: 'r1',
    revision: 1,
    theatre: 'sahel',
    withdrawn: null,
    assembled: true,
    incident: null
  },
  ...{ alerts: [], hindrances: [], report }
})
const draftOf = (more: Partial<ReportedRevision> = {}) =>
  makeOpenedDraft(opened(revision(more))) as ReportDraft

describe('a report that was opened', () => {
  it('comes back as it was posted, without what the suite found itself', () => {
    expect(makeReportBody(draftOf())).toEqual({
      ...{ source: { id: 'desk' }, externalId: 'e1', category: 'attack', handling: 'internal' },
      credibility: 6,
      occurred: { from: '2026-03-01', to: '2026-03-01' },
      location: { name: 'Diosso', country: 'ML' },
      fatalities: { low: 3, best: null, high: null }
    })
  })

  it('keeps coordinates and the precision that were stated, and none that was assumed', () => {
    const stated = { ...place, resolution: 'stated' as const }
    expect(makeReportBody(draftOf({ place: stated }))).toMatchObject({
      location: { lat: 14.1, lon: -5.3, radiusKm: 3 }
    })
    expect(
      makeReportBody(draftOf({ place: { ...stated, precision: 'assumed' } }))
    ).not.toHaveProperty('location.radiusKm')
  })

  it('keeps what the form has no field for', () => {
    const texts = { narrative: 'Heard.', links: ['https://a.example/1', 'https://a.example/2'] }
    const person = { name: 'A. B.', role: 'captured' }
    const kept = { tactics: ['ied'], targets: [{ kind: 'civilians' }], credibility: 2 }
    const persons = [{ ...person, aliases: [], kind: null }]
    const told = { ...kept, actors: [{ name: 'JNIM', role: null }], alsoAt: [place] }
    const draft = draftOf({ ...told, private: { ...texts, persons } })
    const body = makeReportBody({ ...draft, low: '4' })
    const alsoAt = [{ name: 'Diosso', country: 'ML' }]
    expect(body).toMatchObject({ ...kept, alsoAt, fatalities: { low: 4 } })
    expect(body.private).toEqual({ ...texts, persons: [person] })
    expect(body.actors).toEqual([{ name: 'JNIM' }])
  })

  it('keeps the time of day where its days are left as they are', () => {
    const occurred = { from: '2026-03-01T09:40:00.000Z', to: '2026-03-02T10:00:00.000Z' }
    const draft = draftOf({ occurred })
    expect([draft.from, draft.to, makeReportBody(draft).occurred]).toEqual([
      '2026-03-01',
      '2026-03-02',
      occurred
    ])
    expect(makeReportBody({ ...draft, to: '2026-03-03' }).occurred).toEqual({
      from: '2026-03-01',
      to: '2026-03-03'
    })
  })

  it('needs no id of its source where it has none', () => {
    expect(faultsIn(draftOf({ externalId: null })).size).toBe(0)
    expect(makeReportBody(draftOf({ externalId: null }))).not.toHaveProperty('externalId')
    expect(faultsIn({ ...draftOf(), externalId: '' }).get('externalId')).toBe('missing')
  })

  it('is nothing to correct once it is withdrawn, and says whether texts are hidden', () => {
    expect(makeOpenedDraft(opened(null))).toBeNull()
    expect([
      hidesTexts(opened(revision())),
      hidesTexts(opened(revision({ private: null })))
    ]).toEqual([true, false])
  })
})
