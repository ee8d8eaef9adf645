// What each pattern says, in the words of the people who read alerts. Numbers stand in the parameters only: where words need one,
// they name its parameter in backticks, and a test checks the names against the catalogue.

export interface PatternWords {
  /** What it tells an operations centre. */
  readonly says: string
  /** What raises it to the next level. */
  readonly levels: string
  /** What ends it. */
  readonly ends: string
  /** What reinstates a withdrawn alert although none of its reports has come back. Source: decision 0038. */
  readonly comesBack: string
}

const windows = 'Each number of `levels`, where there are any.'
const reports = 'Its own reports alone: an area, a day or the theatre says nothing of whether it is the same.'
const settlement = 'Its own reports alone; where it is grouped by settlement, the same settlement while it would have gone on.'
const below = 'The measure falls below `leave`; 0 stands for `threshold`.'

export const patternWords: Readonly<Record<string, PatternWords>> = {
  surge: {
    says: 'Attacks in an area have become many within days, against the weeks before.',
    levels: '`escalateFactor` times the usual; `escalateWindows` windows in a row that would each enter.',
    ends: '`leaveDays` calm days in a row, each below `leaveFactor` times the usual.',
    comesBack: reports
  },
  'sustained-threat': {
    says: 'An area has been attacked far more than in the year before, for weeks on end.',
    levels: 'It has lasted `escalateDays` days.',
    ends: '`leaveDays` calm days in a row, each below `leaveFactor` times the usual.',
    comesBack: reports
  },
  front: {
    says: 'Attacks lie so close together in place and time that they are one fight, wherever borders run.',
    levels: 'It has twice as many members as at the level before; it merges with another front.',
    ends: 'All members are older than `epsilonDays` and `holdDays` together.',
    comesBack: 'An attack within `epsilonKm` of its first one, before it would have ended.'
  },
  'near-repeat': {
    says: 'The same actor, or attacks of the same kind, come back to one neighbourhood.',
    levels: 'One attack more than `incidentsMin`; somebody was killed.',
    ends: '`quietDays` without another, or an age of `longestDays`.',
    comesBack:
      'A repeat of its kind within `radiusKm` (explosions: `explosionKm`) of its first attack, before it would have ended.'
  },
  'repeat-victimisation': {
    says: 'Civilians of one settlement are attacked again, or one perpetrator goes from village to village.',
    levels: 'Another place is hit; an attack kills more than those before.',
    ends: '`quietDays` without another.',
    comesBack:
      'The same settlement, or a place within `placeKm` of its first attack, before it would have ended; of a perpetrator who goes from village to village, only by the same one.'
  },
  'widening-arc': {
    says: 'Attacks reach places where it was quiet: more areas within days, or places far apart.',
    levels: '`escalateAreas` areas; each country that is newly reached.',
    ends: 'The spread has been gone for `leaveDays`.',
    comesBack: reports
  },
  siege: {
    says: 'A settlement is encircled, cut off from aid, or its people cannot leave: two of the three, and for days.',
    levels: 'All three hold; an age of each of `ageDays`; hunger, deaths for want of care, a killing of its leaders.',
    ends: '`accessSourcesMin` independent sources report access, and it lasts `accessSustainedDays`. Silence never ends it.',
    comesBack: 'The same settlement, within `bridgedGapDays` of the last word.'
  },
  'supply-line-interdiction': {
    says: 'The ways into a hub are being cut, or its fuel or food is blockaded.',
    levels: '`escalateShare` of all ways; schools shut; word of prices or queues.',
    ends: 'No hit for `clearDays`, and goods are seen to come in. Silence never ends it.',
    comesBack: 'The same hub, within `clearDays` of the last hit.'
  },
  'abduction-to-killing': {
    says: 'Somebody was abducted; what becomes of them stays in the same alert.',
    levels: 'One of `escalateKinds` is among them; they are killed; no proof of life for `proofOfLifeDays`, if that is not 0.',
    ends: 'A release, a body found, or `windowDays` without word.',
    comesBack:
      'A person of the same name, within `windowDays` of the last word. Of people whom nobody named: its own reports alone.'
  },
  'mass-casualty': {
    says: 'One incident killed many civilians.',
    levels: 'Each further number of `steps`.',
    ends: 'Nothing more within `nearKm` and `nearDays` of it.',
    comesBack: 'The same settlement, or a place within `nearKm`, and within `nearDays`.'
  },
  'cumulative-deaths': {
    says: 'Attacks in a country have killed so many within a month, or a year. A country that stays above is told once.',
    levels: '`yearLimit` deaths within `yearDays`.',
    ends: 'The window falls below `leaveShare` of its limit.',
    comesBack: reports
  },
  'coordinated-attack': {
    says: 'One actor struck places far apart on one day, more than chance would have at its usual rate.',
    levels: '`escalateSites` sites; the capital is among them.',
    ends: '`leaveHours` without another.',
    comesBack: reports
  },
  'new-actor': {
    says: 'An armed actor shows itself in an area where it was not, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources.',
    ends: 'It has been known there for `agesOutDays`.',
    comesBack: reports
  },
  'new-tactic': {
    says: 'A way to fight or to rule shows itself in an area where it was not, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources.',
    ends: 'It has been known there for `agesOutDays`.',
    comesBack: reports
  },
  'third-party-convergence': {
    says: 'States tell their people to leave a country, several within days.',
    levels: '`escalateStates` states; staff are ordered out.',
    ends: '`loweredMin` states have lowered their advice.',
    comesBack: reports
  },
  'territory-lost': {
    says: 'A settlement was seized, or others rule it: they tax, they shut schools, forces cannot enter.',
    levels: 'It is the seat of a district, a region or the state.',
    ends: '`retakenSourcesMin` independent sources say that it was retaken. Silence never ends it.',
    comesBack: 'The same settlement, within `bridgedGapDays` of the last word.'
  },
  'reporting-blackout': {
    says: 'A source has gone silent about an area of which it used to speak, and speaks of others.',
    levels: '`escalateFactor` times as long; one of `worsePatterns` is open there.',
    ends: 'Two reports from there.',
    comesBack: reports
  },
  'compound-crisis': {
    says: 'People of one area are cut off, and violence or hunger comes to it: a rule over what other rules find.',
    levels: '`escalateKinds` kinds of situation at once.',
    ends: 'Fewer than two of them go on.',
    comesBack: reports
  },
  'retaliation-watch': {
    says: 'A settlement under siege or foreign rule has appealed, resisted or informed: it may be punished for it.',
    levels: 'Any threat or attack there.',
    ends: '`quietDays` without a further word, threat or attack.',
    comesBack: 'The same settlement, within `quietDays` of the last word.'
  },
  count: { says: 'So many incidents within a window, in each group.', levels: windows, ends: below, comesBack: settlement },
  'distinct-count': {
    says: 'So many different values of `field` within a window, in each group.',
    levels: windows,
    ends: below,
    comesBack: settlement
  },
  sum: {
    says: 'Numbers of `field` that add up to so much within a window, in each group.',
    levels: windows,
    ends: below,
    comesBack: settlement
  },
  sequence: {
    says: 'Incidents that fulfil `steps` one after another, with what must not come between them or at the end.',
    levels: 'None.',
    ends: '`holdDays` after it was complete, or when it comes again.',
    comesBack: settlement
  },
  'all-of': {
    says: 'Incidents that fulfil all of `steps`, in any order, within `withinDays`.',
    levels: 'None.',
    ends: 'They no longer all lie within `withinDays`.',
    comesBack: settlement
  },
  absence: {
    says: 'What is expected has not come for `days`. Only days of which all live sources have spoken count.',
    levels: windows,
    ends: 'It comes again.',
    comesBack: settlement
  }
}
