// The heading of a story, where the officer has asked for headings. Pure.

import { type Severity, severities } from '../shown/shown-alert.ts'
import type { Grouping } from './queue-filter.ts'
import type { Story } from './story.ts'

/** A heading and the stories under it. */
export interface Group {
  /** A code, a name, or empty for none. */
  readonly key: string
  /** Alerts, parts too. */
  readonly count: number
  readonly worst: Severity
}

/** Several for a story in several groups: it is listed under all together, once. */
function makeGroupKey({ whole, rank }: Story, by: Grouping): string {
  switch (by) {
    case 'country':
      return whole.area.country.join(',')
    case 'area':
      return whole.area.admin1.join(',')
    case 'rule':
      return whole.ruleId
    case 'owner':
      return whole.operator.assignedTo ?? whole.operator.acknowledgedBy ?? ''
    case 'severity':
      return severities[severities.length - 1 - rank] as Severity
    case 'none':
      return ''
    default:
      return by satisfies never
  }
}

/**
 * Stories by group; groups in the order of their first story, so that the order of the list decides
 * among them too. O(stories).
 */
export function grouped(
  stories: readonly Story[],
  by: Grouping
): readonly { readonly group: Group; readonly stories: readonly Story[] }[] {
  const held = new Map<string, Story[]>()
  for (const story of stories) {
    const key = makeGroupKey(story, by)
    const members = held.get(key)
    if (members === undefined) held.set(key, [story])
    else members.push(story)
  }
  return [...held].map(([key, members]) => ({ group: makeGroup(key, members), stories: members }))
}

function makeGroup(key: string, members: readonly Story[]): Group {
  const rank = members.reduce((most, story) => Math.max(most, story.rank), 0)
  const count = members.reduce((sum, { parts }) => sum + 1 + parts.length, 0)
  return { key, count, worst: severities[severities.length - 1 - rank] as Severity }
}
