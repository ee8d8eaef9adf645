// Incidents out of a crowd: so many reports tell of one place and time that they can't be told
// apart, and each counts by itself. What rests on them says so (limit-notes.ts). Which reports are
// in a crowd: assembly/report-partners.ts. Source: decision 0005.

import type { Incident } from './incident.ts'

/**
 * A report that could join more than this is in a crowd: so many reports of one place and day can't
 * be told apart, and it joins copies and declared pairs only. Source: decision 0005.
 */
export const partnersMax = 200

/** The incident as one out of a crowd. Pure. */
export function outOfCrowd(incident: Incident): Incident {
  return { ...incident, inCrowd: true, contentKey: `${incident.contentKey}~crowd` }
}
