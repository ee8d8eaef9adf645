// Interface of a scan rule: it scores each incident by the incidents around it, and finds situations
// in which scores are rarer than chance allows (rules/significance). The executor is scan/scan.ts.

import type { Incidents } from '../data/incidents.ts'
import type { Group } from './finding.ts'
import type { RuleBase } from './rule-base.ts'

export interface ScanRule extends RuleBase {
  /** False alarms a year that the theatre allows. */
  readonly budget: number
  readonly includes: (incidents: Incidents, row: number) => boolean
  /** Points known less precisely than this are not used. */
  readonly pointKm: number
  /** Names a situation by the incident that raised it. */
  readonly readGroup: (incidents: Incidents, row: number) => Group
}
