// Records as the suite answers them, unless said otherwise.

import type {
  OpenedReport,
  ReportedPlace,
  ReportedRevision,
  Rule,
  Silence,
  Source,
  Subscription,
  TheatrePreview,
  Watch
} from '../../src/shown/answers.ts'

export const aSilence = (members: Partial<Silence> = {}): Silence => ({
  ...{ id: 'sil_1', standing: 'holding', isBacked: true, subscriptionId: null },
  ...{ isForOne: false, subscriber: null, theatres: null },
  ...{ startsAt: '2026-03-01T11:00:00Z', endsAt: '2026-03-01T13:00:00Z', endedAt: null },
  ...{ createdAt: '2026-03-01T11:00:00Z', includesExtreme: false, handling: 'internal' },
  ...{ alertId: null, filter: null, reason: 'Known.', by: 'Ama', matches: null },
  ...members
})

export const aWatch = (members: Partial<Watch> = {}): Watch => ({
  ...{ id: 'wat_1', name: 'Joint desk', version: 3, handling: 'internal' },
  ...{ shifts: [], onWatch: [], next: null, isUnstaffed: false, mayChange: true },
  ...{ theatres: '*', lineNames: [], isFollowed: true },
  ...members
})

export const aSource = (id: string, members: Partial<Source> = {}): Source => ({
  ...{ id, reliability: 'B', latenessDays: 3, cadenceDays: 1, archive: false },
  ...members
})

export const aRule = (members: Partial<Rule> = {}): Rule => ({
  ...{ ruleId: 'siege', ruleVersion: 1, pattern: 'siege', parameters: {} },
  ...{ inForce: [], failing: { count: 0, lastMessage: null }, warming: [] },
  ...{ neededRetentionDays: 0, retainedTooShort: [], namesNoRule: [] },
  ...members
})

export const aPreview = (theatre: string, members: Partial<TheatrePreview>): TheatrePreview => ({
  ...{ theatre, since: null, months: [], lateness: null },
  ...{ appear: [], change: [], vanish: [], same: 0, omitted: 0 },
  ...members
})

export const aSubscription = (members: Partial<Subscription> = {}): Subscription => ({
  ...{
    id: 'sub_1',
    version: 1,
    digest: false,
    schedule: null,
    url: 'https://partner.example/hook',
    filter: {},
    order: 'strict'
  },
  ...{ contact: null, heartbeatSeconds: null, handling: 'internal', theatres: '*' },
  ...{ status: 'active', endpoint: 'up', sequence: 3, pending: 0, parked: 0 },
  ...members
})

export const aReportedPlace: ReportedPlace = {
  ...{ name: 'Diosso', country: 'ML', statedAdmin1: null, lat: 14.1, lon: -5.3, radiusKm: 3 },
  ...{ admin1: null, foundAdmin1: null, settlement: null, settlementName: null },
  ...{ candidates: [], resolution: 'gazetteer' }
}
export const aRevision = (more: Partial<ReportedRevision> = {}): ReportedRevision => ({
  ...{ reportId: 'r1', reportedAt: '2026-03-01T10:00:00Z', theatre: 'sahel', lane: 'live' },
  persons: [],
  place: aReportedPlace,
  ...{ sourceId: 'desk', externalId: 'e1', category: 'attack', tactics: [], alsoAt: [] },
  ...{ actors: [], targets: [], credibility: 6, handling: 'internal', drill: false },
  occurred: { from: '2026-03-01', to: '2026-03-01' },
  fatalities: { low: 3, best: null, high: null },
  ...more
})
export const anOpenedReport = (report: ReportedRevision | null): OpenedReport => ({
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
