// The preview of a theatre as shown to a reader.

import { formatTime } from '@tocsin/domain/space-time/event-time'
import type { AlertDifference, AlertSketch } from '@tocsin/engine/theatre/preview'
import { countByMonth, summarizeLateness } from '@tocsin/engine/theatre/preview-summary'

/** Maximum of differences listed of each kind; the rest are counted. */
const listedMax = 500

/** The fold has no content that its reader may not see. */
export function formatDifference({
  theatre,
  sinceMs,
  appear,
  change,
  vanish,
  same
}: AlertDifference) {
  // A rule is judged by its statements about the world.
  const ofWorld = appear.filter(({ drill }) => !drill)
  const countOmitted = (list: readonly unknown[]) => Math.max(0, list.length - listedMax)
  return {
    theatre,
    since: sinceMs === null ? null : formatTime(sinceMs),
    months: countByMonth(ofWorld),
    lateness: summarizeLateness(ofWorld),
    appear: appear.slice(0, listedMax).map(formatSketch),
    change: change.slice(0, listedMax).map(({ before, after }) => {
      return { before: formatSketch(before), after: formatSketch(after) }
    }),
    vanish: vanish.slice(0, listedMax).map(formatSketch),
    same: same.length,
    omitted: countOmitted(appear) + countOmitted(change) + countOmitted(vanish)
  }
}

function formatSketch({ handling: _, lateMs, drill, ...sketch }: AlertSketch) {
  const lateSeconds = Math.round(lateMs / 1000)
  return { ...sketch, ...(drill ? { drill: true as const } : {}), lateSeconds }
}
