// Mapping of CAP's terms. MAPPINGS.md shows these tables; a test keeps both equal. Source: OASIS
// Common Alerting Protocol 1.1 and 1.2.

import type { Category, Credibility } from '@tocsin/contracts/theatre/report'

export interface CapCategory {
  readonly category: Category
  readonly tactic: string
}

/**
 * By category of an info. Human actions and statements of authorities are advisories; natural
 * events are hazards, which patterns ignore.
 */
export const capCategories: Readonly<Record<string, CapCategory>> = {
  Geo: buildHazard('geo'),
  Met: buildHazard('met'),
  Safety: buildAdvisory('safety'),
  Security: buildAdvisory('security'),
  Rescue: buildAdvisory('rescue'),
  Fire: buildHazard('fire'),
  Health: buildHazard('health'),
  Env: buildHazard('env'),
  Transport: buildAdvisory('transport'),
  Infra: buildAdvisory('infra'),
  CBRNE: buildAdvisory('cbrne'),
  Other: buildAdvisory('other')
}

function buildHazard(word: string): CapCategory {
  return { category: 'other', tactic: `other:hazard-${word}` }
}

function buildAdvisory(word: string): CapCategory {
  return { category: 'advisory', tactic: `other:advisory-${word}` }
}

/** Admiralty credibility by certainty of an info. */
export const capCertainties: Readonly<Record<string, Credibility>> = {
  Observed: 2,
  Likely: 3,
  Possible: 4,
  Unlikely: 5,
  Unknown: 6
}

export type CapStatus = 'actual' | 'drill' | 'left-out'
/** By status of an alert. */
export const capStatuses: Readonly<Record<string, CapStatus>> = {
  Actual: 'actual',
  Exercise: 'drill',
  Test: 'left-out',
  System: 'left-out',
  Draft: 'left-out'
}

export type CapMessage = 'report' | 'correction' | 'withdrawal' | 'left-out'
/** By msgType of an alert. */
export const capMessages: Readonly<Record<string, CapMessage>> = {
  Alert: 'report',
  Update: 'correction',
  Cancel: 'withdrawal',
  Ack: 'left-out',
  Error: 'left-out'
}

export const capScopes: readonly string[] = ['Public', 'Restricted', 'Private']
export const capUrgencies: readonly string[] = [
  'Immediate',
  'Expected',
  'Future',
  'Past',
  'Unknown'
]
export const capSeverities: readonly string[] = [
  'Extreme',
  'Severe',
  'Moderate',
  'Minor',
  'Unknown'
]
