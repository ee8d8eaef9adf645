// What an arc keeps of the rows that moved it.

import type { Incident } from '../../incident/incident.ts'
import type { EvidenceMark } from '../episode/evidence-log.ts'
import type { HiddenCount } from '../episode/hidden-count.ts'
import type { ArcRow } from './arc-rows.ts'
import type { ArcChange } from './arc-story.ts'

/** The episode after a row that widened it. Numbers of what it knew then. */
export interface ArcStep extends Pick<ArcChange, 'areas' | 'reachKm'> {
  /** Null: it has left the rows. */
  readonly row: ArcRow | null
  readonly change: ArcChange
  readonly marks: number
  readonly countries: number
  readonly areasTold: number
  readonly hidden: HiddenCount
  readonly triggers: EvidenceMark
}

/**
 * Where the spread was gone, until when it had held, and the row with which it came back; null if
 * none.
 */
export interface Gap {
  readonly row: ArcRow | null
  readonly untilMs: number
  readonly back: ArcRow | null
}

/** What the window of a row shows. */
export interface WindowSeen {
  farthestKm(atLeastKm: number): number
  strictest(): Incident | null
}
